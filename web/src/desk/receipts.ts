/** `<toguna-receipts>`: what became of a record that we let out, reader by reader. */

import { html, nothing } from 'lit'

import { get, Problem, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { live } from '../house/live'
import { sentence } from '../house/sentences'
import { isHome, partyOf, type Shown } from '../house/shapes'
import { firstOf, t } from '../house/words'
import { base } from '../parts/base'

interface Reader {
  state: string
  at?: number
  [more: string]: unknown
}
interface Receipt {
  address: string
  parties: Record<string, Reader>
  recalled?: { at: number; why: string }
}

const GOOD = new Set(['read', 'deleted', 'delivered', 'acknowledged', 'holds'])

export class TogunaReceipts extends DeskElement {
  static override properties = {
    address: {},
    shown: { attribute: false },
    found: { state: true },
    problem: { state: true },
    read: { state: true },
  }
  static override styles = [base]
  address = ''
  shown: Shown | null = null
  private found: Receipt | null = null
  private problem: Problem | null = null
  private read = false
  private end?: () => void

  override connectedCallback(): void {
    super.connectedCallback()
    this.end = live.on('*', () => void this.load())
    void this.load()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.end?.()
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('address') && this.read) void this.load()
  }

  private async load(): Promise<void> {
    try {
      const { items } = await get<{ items: Receipt[] }>('/api/receipts', { limit: 500 })
      this.found = items.find((one) => one.address === this.address) ?? null
      this.problem = null
    } catch (error) {
      this.problem = error instanceof Problem ? error : null
    }
    this.read = true
  }

  override render() {
    if (partyOf(this.address) !== session().party) return html`<p class="soft">${t('receipts.theirs')}</p>`
    if (isHome(this.address)) return html`<p class="soft">${t('receipts.home')}</p>`
    if (this.problem) return html`<p class="notice">${sentence(this.problem.what)}</p>`
    if (!this.read) return html`<toguna-empty text=${t('desk.loading')}></toguna-empty>`
    const parties = Object.entries(this.found?.parties ?? {})
    if (parties.length === 0) return html`<p class="soft">${t('receipts.none')}</p>`
    return html`${this.found?.recalled
        ? html`<p class="notice">${t('receipts.recalled')} <toguna-when full .us=${this.found.recalled.at}></toguna-when>: ${this.found.recalled.why}</p>`
        : nothing}
      <table>
        <thead>
          <tr>
            <th>${t('sync.party')}</th>
            <th>${t('sync.state')}</th>
            <th>${t('receipts.at')}</th>
          </tr>
        </thead>
        <tbody>
          ${parties.map(([party, reader]) => this.row(party, reader))}
        </tbody>
      </table>`
  }

  private row(party: string, reader: Reader) {
    const at = typeof reader.at === 'number' ? reader.at : Number(Object.entries(reader).find(([name]) => name.endsWith('_us'))?.[1] ?? 0)
    const tone = reader.state === 'refused' ? 'bad' : GOOD.has(reader.state) ? 'good' : 'warn'
    return html`<tr>
      <td><toguna-party .party=${party} long></toguna-party></td>
      <td><span class="chip ${tone}">${firstOf([`receipt.${reader.state}`], reader.state)}</span></td>
      <td>${at > 0 ? html`<toguna-when full .us=${at}></toguna-when>` : html`<span class="soft">—</span>`}</td>
    </tr>`
  }
}
define('toguna-receipts', TogunaReceipts)
