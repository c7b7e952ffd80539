/** `<toguna-release-preview>`: what leaves for some readers, beside what we have at home: in
 *  sentences, as circles on the map, and as the exact bytes. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { fieldName } from '../house/naming'
import { read } from '../house/said'
import { bytes, distance } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import { partyName } from '../parts/small'
import { differences, untouched, type Difference } from './differences'
import './circles'
import type { Circle } from './circles'
import { pointIn } from './place'
import './words.form'
import './words.release'

type Body = Record<string, unknown>

export class TogunaReleasePreview extends DeskElement {
  static override properties = {
    home: { attribute: false },
    raw: {},
    readers: { attribute: false },
    bytes_open: { type: Boolean },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      ul {
        margin: 4px 0 10px;
        padding-left: 0;
        list-style: none;
      }
      li {
        display: flex;
        gap: 8px;
        align-items: baseline;
        padding: 2px 0;
      }
      li toguna-icon {
        color: var(--warn);
        align-self: flex-start;
        margin-top: 0.15em;
      }
      h4 {
        margin: 10px 0 2px;
        font-size: 0.8125rem;
        color: var(--ink-soft);
      }
      .read {
        border-left: 3px solid var(--line-strong);
        padding-left: 10px;
        margin: 0 0 8px;
        white-space: pre-wrap;
      }
      pre {
        max-height: 18rem;
        overflow: auto;
      }
      summary {
        cursor: pointer;
        font-weight: 600;
        min-height: var(--touch);
        display: flex;
        align-items: center;
      }
      toguna-circles {
        height: 13rem;
        margin: 8px 0;
      }
    `,
  ]
  /** The body at home. */
  home: Body = {}
  /** The bytes that leave. */
  raw = ''
  readers: string[] = []
  bytes_open = false

  private sentence({ what, params }: Difference): string {
    const shown = { ...params }
    if (typeof params.by_m === 'number') shown.by = distance(params.by_m)
    if (typeof params.radius_m === 'number') shown.radius = distance(params.radius_m)
    if (params.field) shown.field = fieldName('', String(params.field))
    if (params.precision) shown.precision = t(`where.${params.precision}`).toLowerCase()
    return t(`differs.${what}`, shown)
  }

  private circles(leaving: Body): Circle[] {
    const [before, after] = [pointIn(this.home), pointIn(leaving)]
    const circles: Circle[] = []
    if (after) circles.push({ ...after, radius_m: Number(leaving.radius_m ?? 0), role: 'leaving' })
    if (before) circles.push({ ...before, radius_m: Number(this.home.radius_m ?? 0), role: 'home' })
    return circles
  }

  private renderDifferences(leaving: Body, parties: string) {
    const found = differences(this.home, leaving)
    const same = untouched(this.home, leaving).map((name) => fieldName('', name).toLowerCase())
    return html`<h3>${t('release.for', { parties })}</h3>
      ${this.renderRead(leaving)}
      ${found.length
      ? html`<h4>${t('release.left_out')}</h4>
          <ul data-differences>
            ${found.map((one) => html`<li><toguna-icon name="minus"></toguna-icon><span>${this.sentence(one)}</span></li>`)}
          </ul>`
      : html`<p>${t('release.same')}</p>`}
    ${same.length ? html`<p class="soft small">${t('release.untouched', { fields: same.join(', ') })}</p>` : nothing}`
  }

  /** Title and text as they will be read. */
  private renderRead(leaving: Body) {
    const lines = ['title', 'text'].map((name) => leaving[name]).filter((one): one is string => typeof one === 'string')
    if (!lines.length) return nothing
    return html`<h4>${t('release.will_read')}</h4>
      <p class="read">${lines.map((line, i) => (i ? html`${line}` : html`<b>${line}</b>\n`))}</p>`
  }

  override render() {
    if (!this.raw) return nothing
    const said = read(this.raw)
    const copy = said.kind.startsWith('sharing.copy/')
    const parties = this.readers.map(partyName).join(', ')
    const circles = copy ? [] : this.circles(said.body)
    const radius = Number(said.body.radius_m ?? 0)
    return html`${copy ? html`<h3>${t('release.for', { parties })}</h3>` : this.renderDifferences(said.body, parties)}
      ${circles.length ? html`<toguna-circles .circles=${circles}></toguna-circles>` : nothing}
      ${!copy && radius ? html`<p class="soft small">${t('release.circle', { distance: distance(radius) })}</p>` : nothing}
      <details ?open=${this.bytes_open}>
        <summary>${t('release.exact_bytes', { parties, size: bytes(said.bytes) })}</summary>
        <pre tabindex="0" data-bytes=${this.readers.join(' ')}>${this.raw}</pre>
      </details>`
  }
}
define('toguna-release-preview', TogunaReleasePreview)
