/** `<toguna-requests origin="ml/spine/3">`: who asked to pass a record on, and what its owner
 *  said. The owner answers here; who was allowed passes it on from here. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { live } from '../house/live'
import { moment } from '../house/shape'
import { quote, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import './consent-card'
import { rowsOf } from './home'
import './words.view'

/** A request to an owner, with its answer (`sharing_requests`). */
export interface RequestDoc {
  address: string
  about: string
  at: number
  onto: string
  owner: string
  party: string
  state: 'open' | 'allowed' | 'refused'
  why: string
  answer?: { allowed: boolean; at: number; address: string; until_us?: number; why?: string }
}

export class TogunaRequests extends DeskElement {
  static override properties = { origin: {}, items: { state: true } }
  static override styles = [
    base,
    css`
      h3 {
        margin: 18px 0 7px;
        padding-top: 11px;
        border-top: 1px solid var(--line);
        font-size: 0.8125rem;
        color: var(--ink-soft);
      }
      .one {
        margin: 0 0 10px;
      }
    `,
  ]
  origin = ''
  items: RequestDoc[] = []
  private ends: (() => void)[] = []

  override connectedCallback() {
    super.connectedCallback()
    const again = () => void this.load()
    this.ends = [live.on('sharing_requests', again), live.onReset(again)]
    addEventListener('toguna-asked', again)
    this.ends.push(() => removeEventListener('toguna-asked', again))
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    for (const end of this.ends.splice(0)) end()
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('origin')) void this.load()
  }

  private async load() {
    const origin = this.origin
    const found = await rowsOf<RequestDoc>('request', { origin }).catch(() => null)
    if (found && origin === this.origin) this.items = found
  }

  private state(one: RequestDoc) {
    const until = one.answer?.until_us
    if (one.state === 'allowed' && until) return html`<span class="chip good">${t('requests.allowed_until', { until: moment(until) })}</span>`
    const tone = { open: 'warn', allowed: 'good', refused: 'bad' }[one.state]
    return html`<span class="chip ${tone}" data-state=${one.state}>${t(`requests.${one.state}`)}</span>`
  }

  private pass = async () => (await import('./releasing')).release(this.origin)

  private renderOne(one: RequestDoc) {
    const mine = one.owner === session().party
    if (mine && one.state === 'open') return html`<toguna-consent-card .request=${one}></toguna-consent-card>`
    return html`<div class="one" data-request=${one.address}>
      ${t('requests.to', { party: partyName(one.party), onto: partyName(one.onto) })} ${this.state(one)}
      <span class="soft small"><toguna-when us=${one.answer?.at ?? one.at}></toguna-when></span><br />
      <span class="small soft">${quote(one.why)}${one.answer?.why ? html` → ${quote(one.answer.why)}` : nothing}</span>
      ${one.party === session().party && one.state === 'allowed'
        ? html`<br /><button data-pass=${one.onto} @click=${this.pass}>${t('requests.pass_now', { onto: partyName(one.onto) })}</button>`
        : nothing}
    </div>`
  }

  override render() {
    if (!this.items.length) return nothing
    return html`<h3>${t('requests.title')}</h3>
      ${this.items.map((one) => this.renderOne(one))}`
  }
}
define('toguna-requests', TogunaRequests)
