/** `<toguna-drawing>`: volumes beside a border on a small drawing, to scale, north up. */

import { css, html, nothing, svg } from 'lit'

import { define, DeskElement } from '../house/element'
import { distance } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import { beside, frameOf, pathOf, placesOf, scaleOf, type Frame } from './sketch'
import type { Pair, Volume } from './shapes'
import './words'

const WIDTH = 400

/** Something else in the drawing: a place with a name, or a box (west, south, east, north). */
export interface Mark {
  name: string
  place?: Pair
  box?: readonly number[]
}

export class TogunaDrawing extends DeskElement {
  static override properties = {
    volumes: { attribute: false },
    border: { attribute: false },
    marks: { attribute: false },
    depth_m: { attribute: false },
    near: {},
    far: {},
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        max-width: 30rem;
        height: auto;
        background: var(--paper-sunk);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      text {
        font: 600 13px var(--font);
        fill: var(--ink);
        paint-order: stroke;
        stroke: var(--paper-sunk);
        stroke-width: 3px;
      }
      .border {
        fill: none;
        stroke: var(--ink);
        stroke-width: 2.5;
      }
      .depth {
        fill: none;
        stroke: var(--bad);
        stroke-width: 1.8;
        stroke-dasharray: 7 4;
      }
      .area {
        fill: var(--mark);
        fill-opacity: 0.22;
        fill-rule: evenodd;
        stroke: var(--mark);
        stroke-width: 1.8;
      }
      .corridor {
        fill: none;
        stroke: var(--mark);
        stroke-opacity: 0.28;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .middle {
        fill: none;
        stroke: var(--mark);
        stroke-width: 1.8;
      }
      .mark {
        fill: none;
        stroke: var(--bad);
        stroke-width: 2.2;
      }
      .scale {
        stroke: var(--ink);
        stroke-width: 2;
      }
    `,
  ]
  volumes: readonly Volume[] = []
  border: readonly Pair[] = []
  marks: readonly Mark[] = []
  /** How deep beyond the border, metres; 0: no such line. */
  depth_m = 0
  /** Who is on this side of the border and beyond it. */
  near = ''
  far = ''

  override render() {
    const limit = this.depth_m && this.border.length > 1 ? beside(this.border, this.depth_m) : []
    const drawn = this.volumes.flatMap(placesOf)
    const marked = this.marks.flatMap((mark) => (mark.place ? [mark.place] : corners(mark.box)))
    const all = [...drawn, ...this.border, ...limit, ...marked]
    if (all.length < 2) return nothing
    const wide = Math.max(2_000, ...this.volumes.map((one) => one.half_width_m ?? 0))
    const frame = frameOf(all, WIDTH, 0.45, wide)
    return html`<svg viewBox="0 0 ${WIDTH} ${frame.height.toFixed(0)}" role="img" aria-label=${this.said()}>
      ${this.volumes.map((volume) => shape(frame, volume))}
      ${limit.length ? svg`<polyline class="depth" points=${pathOf(frame, limit)}></polyline>` : nothing}
      ${this.border.length > 1 ? svg`<polyline class="border" points=${pathOf(frame, this.border)}></polyline>` : nothing}
      ${this.sides(frame)} ${this.marks.map((mark) => marking(frame, mark))} ${scale(frame)}
    </svg>`
  }

  private said(): string {
    const depth = this.depth_m ? t('operation.drawing_depth', { depth: distance(this.depth_m) }) : ''
    return [t('operation.drawing'), depth, ...this.marks.map((mark) => mark.name)].filter(Boolean).join(' · ')
  }

  /** The names of both sides, where the border is in the middle of its length. */
  private sides(frame: Frame) {
    if (this.border.length < 2) return nothing
    const depth = this.depth_m || 10_000
    const name = (text: string, metres: number) => {
      const line = beside(this.border, metres)
      const [a, b] = [line[Math.floor((line.length - 1) / 2)], line[Math.ceil((line.length - 1) / 2)]]
      if (!text || !a || !b) return nothing
      const [x, y] = frame.at([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2])
      const inside = Math.min(frame.height - 22, Math.max(14, y + 4))
      return svg`<text x=${x.toFixed(1)} y=${inside.toFixed(1)} text-anchor="middle">${text.toUpperCase()}</text>`
    }
    return [name(this.near, -depth * 0.16), name(this.far, depth * 0.5)]
  }
}
define('toguna-drawing', TogunaDrawing)

function shape(frame: Frame, volume: Volume) {
  if (volume.area?.length) {
    const d = volume.area.map((ring) => `M${pathOf(frame, ring)}Z`).join(' ')
    return svg`<path class="area" d=${d}></path>`
  }
  if (!volume.line?.length) return nothing
  const points = pathOf(frame, volume.line)
  const width = Math.max(3, 2 * frame.long(volume.half_width_m ?? 0))
  return svg`<polyline class="corridor" points=${points} stroke-width=${width.toFixed(1)}></polyline>
    <polyline class="middle" points=${points}></polyline>`
}

function marking(frame: Frame, mark: Mark) {
  const [west = 0, south = 0, east = 0, north = 0] = mark.box ?? []
  const [x, y] = frame.at(mark.place ?? [west, north])
  const [x2, y2] = frame.at(mark.place ?? [east, south])
  return svg`${
    mark.place
      ? svg`<circle class="mark" cx=${x} cy=${y} r="7"></circle>`
      : svg`<rect class="mark" x=${x} y=${y} width=${Math.max(2, x2 - x)} height=${Math.max(2, y2 - y)}></rect>`
  }<text x=${x + 10} y=${y - 6}>${mark.name}</text>`
}

function scale(frame: Frame) {
  const metres = scaleOf(frame, 90)
  const [long, y] = [frame.long(metres), frame.height - 10]
  return svg`<line class="scale" x1="12" x2=${(12 + long).toFixed(1)} y1=${y} y2=${y}></line>
    <text x=${(18 + long).toFixed(1)} y=${y + 4}>${distance(metres)}</text>`
}

function corners(box: readonly number[] | undefined): Pair[] {
  const [west = 0, south = 0, east = 0, north = 0] = box ?? []
  return box ? [[west, south], [east, north]] : []
}
