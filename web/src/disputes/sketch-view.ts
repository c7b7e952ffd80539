/** `<toguna-sketch .matter .boundaries>`: claims and lines to scale, with their errors. */

import { css, html, nothing, svg } from 'lit'

import { define, DeskElement } from '../house/element'
import { distance } from '../house/shape'
import { locale, t } from '../house/words'
import { base } from '../parts/base'
import { withError, type Boundary, type Matter } from './shapes'
import { sketchOf, type DrawnClaim, type DrawnLine, type Point } from './sketch'
import './words'

/** Claims are told apart by letters and shapes; colour only repeats it. */
export const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** The class that gives the claim of this number its colour (`inks`). */
export const inkOf = (number: number): string => `ink-${number % 5}`
export const inks = css`
  .ink-0 {
    --of: var(--mark);
  }
  .ink-1 {
    --of: var(--focus);
  }
  .ink-2 {
    --of: var(--good);
  }
  .ink-3 {
    --of: var(--warn);
  }
  .ink-4 {
    --of: var(--flash);
  }
`
const DASHES = ['', '9 5', '2 4', '12 4 2 4']
export const dashOf = (number: number): string => DASHES[number % DASHES.length] as string

export class TogunaSketch extends DeskElement {
  static override properties = {
    matter: { attribute: false },
    boundaries: { attribute: false },
    width: { state: true },
  }
  static override styles = [
    base,
    inks,
    css`
      :host {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        height: auto;
        background: var(--paper-sunk);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      text {
        font: 600 12px var(--font);
        fill: var(--ink);
        paint-order: stroke;
        stroke: var(--paper-sunk);
        stroke-width: 3px;
      }
      .line {
        fill: none;
        stroke: var(--ink);
        stroke-width: 1.8;
      }
      .band {
        fill: none;
        stroke: var(--ink);
        stroke-opacity: 0.13;
        stroke-linecap: butt;
      }
      .error {
        fill: var(--of);
        fill-opacity: 0.12;
        stroke: var(--of);
        stroke-width: 1.5;
      }
      .badge {
        fill: var(--of);
      }
      text.letter {
        fill: var(--paper);
        stroke: none;
      }
      .leg {
        stroke: var(--of);
        stroke-width: 1.5;
        stroke-dasharray: 4 3;
      }
      .scale {
        stroke: var(--ink-soft);
        stroke-width: 2;
      }
    `,
  ]
  matter!: Matter
  boundaries: Boundary[] = []
  private width = 640
  private readonly measuring = new ResizeObserver(([entry]) => {
    // Drawn in pixels of the screen, so that letters are as large on a phone.
    const width = Math.round(entry?.contentRect.width ?? 0)
    if (width > 0) this.width = Math.max(300, width)
  })

  override connectedCallback(): void {
    super.connectedCallback()
    this.measuring.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.measuring.disconnect()
  }

  override render() {
    const seen = new Set(this.matter.claims.flatMap((claim) => claim.measures.map((m) => m.boundary)))
    const drawn = this.boundaries.filter((boundary) => seen.has(boundary.address))
    const height = Math.round(Math.min(400, Math.max(280, this.width / 2)))
    const sketch = sketchOf(this.matter.claims, drawn, this.width, height)
    return html`<svg viewBox="0 0 ${sketch.width} ${sketch.height}" role="img" aria-label=${t('dispute.sketch')}>
      ${sketch.lines.map((line) => this.line(line))} ${sketch.claims.map((claim) => this.claim(claim))}
      ${svg`<g transform="translate(14 ${sketch.height - 16})">
        <path class="scale" d="M0 -4V0H${sketch.scale.px}V-4" fill="none" />
        <text x=${sketch.scale.px + 8} y="3">${distance(sketch.scale.metres)}</text>
      </g>
      <text x=${sketch.width - 24} y="22" aria-hidden="true">N ↑</text>`}
    </svg>`
  }

  private line(line: DrawnLine) {
    const path = (points: readonly Point[]) => points.map(({ x, y }, k) => `${k ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
    const end = line.label.x > this.width / 2 ? 'end' : 'start'
    return svg`<g data-line=${line.address}>
      ${line.parts.map(
        (points) => svg`<path class="band" d=${path(points)} stroke-width=${Math.max(2, line.band * 2)} />
        <path class="line" d=${path(points)} stroke-dasharray=${dashOf(line.number)} />`,
      )}
      <text x=${line.label.x} y=${line.label.y} text-anchor=${end}>${line.name}</text>
    </g>`
  }

  private claim(claim: DrawnClaim) {
    const shown = this.matter.claims[claim.number]
    const own = shown?.measures.find((m) => m.cited) ?? shown?.measures[0]
    // Claims at one place stand beside one another, so that both can be read.
    const aside = claim.number * 14
    const { foot } = claim
    return svg`<g class=${inkOf(claim.number)} data-claim=${claim.address}>
      <circle class="error" cx=${claim.x} cy=${claim.y} r=${Math.max(4, claim.r)}
        stroke-dasharray=${dashOf(claim.number)} />
      ${foot
        ? svg`<line class="leg" x1=${claim.x + aside} y1=${claim.y} x2=${foot.x + aside} y2=${foot.y} />
          <text x=${(claim.x + foot.x) / 2 + aside + 7} y=${(claim.y + foot.y) / 2 + 4}>
            ${own ? withError(own.distance_m, own.error_m, locale()) : nothing}
          </text>`
        : nothing}
      <circle cx=${claim.x + aside} cy=${claim.y} r="9" class="badge" />
      <text x=${claim.x + aside} y=${claim.y + 4.5} text-anchor="middle" class="letter">
        ${LETTERS[claim.number] ?? ''}
      </text>
    </g>`
  }
}
define('toguna-sketch', TogunaSketch)
