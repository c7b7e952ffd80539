/** `<toguna-incidents>`: events as they are counted. What several members say of one event is one
 *  row, with the range of their figures and every claim below it. */

import { css, html, nothing } from 'lit'

import { get } from '../house/api'
import { nowUs, Ticks } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { live } from '../house/live'
import { titleOf } from '../house/naming'
import { hashOf, recordHash } from '../house/route'
import { ago, day, number } from '../house/shape'
import { pair, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import { problemText } from '../parts/toast'
import { deadWords, whenWords, type Told } from './in-words'
import { CATEGORIES } from './report-draft'
import './words.compare'
import './words.form'
import './words.view'

interface Claim extends Told {
  address: string
  party: string
  at: number
  grade: string
  credibility: number
  category: string
  title: string
  title_en?: string
}

interface Incident {
  id: string
  claims: number
  parties: string[]
  deaths_low: number | null
  deaths_high: number | null
  without_figure: number
  from_us: number
  to_us: number
  latest_us: number
  disputed: boolean
  members: Claim[]
}

const DAY_US = 86_400_000_000
const WINDOWS = [7, 30, 90, 365]
const SOON_MS = 500

export class TogunaIncidents extends DeskElement {
  static override properties = {
    rows: { state: true },
    days: { state: true },
    category: { state: true },
    linked: { state: true },
    problem: { state: true },
    read: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 18px;
        height: 100%;
        overflow: auto;
      }
      .filters {
        margin: 10px 0 14px;
        align-items: end;
      }
      .filters select {
        width: auto;
        flex: 0 1 12rem;
      }
      details.card {
        padding: 0;
        margin-bottom: 8px;
      }
      summary {
        cursor: pointer;
        padding: 10px 12px;
        display: grid;
        grid-template-columns: 7.5rem minmax(0, 1fr) auto;
        gap: 4px 14px;
        align-items: baseline;
      }
      summary::marker {
        content: '';
      }
      .dead {
        font-weight: 600;
        text-align: right;
      }
      .who {
        grid-column: 2 / -1;
      }
      table {
        border-top: 1px solid var(--line);
      }
      @media (max-width: 560px) {
        summary {
          grid-template-columns: 1fr auto;
        }
        .when {
          grid-column: 1 / -1;
          font-size: 0.8125rem;
          color: var(--ink-soft);
        }
        .who {
          grid-column: 1 / -1;
        }
      }
    `,
  ]
  rows: Incident[] = []
  days = 30
  category = ''
  linked = false
  problem = ''
  read = false
  private at_us = 0
  private party = ''
  private ends: (() => void)[] = []
  private soon?: ReturnType<typeof setTimeout>

  constructor() {
    super()
    new Ticks(this, 30_000)
  }

  override connectedCallback() {
    super.connectedCallback()
    const again = () => {
      clearTimeout(this.soon)
      this.soon = setTimeout(() => void this.load(), SOON_MS)
    }
    this.ends = [live.on('sharing_reports', again), live.on('sharing_links', again), live.onReset(again)]
    void this.load()
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    for (const end of this.ends.splice(0)) end()
    clearTimeout(this.soon)
  }

  private async load() {
    const query = { from_us: nowUs() - this.days * DAY_US, category: this.category, linked: this.linked ? 'yes' : '' }
    try {
      const found = await get<{ rows: Incident[]; at_us: number; party: string }>('/api/board/sharing/incidents', query)
      Object.assign(this, { rows: found.rows, at_us: found.at_us, party: found.party, problem: '' })
    } catch (error) {
      this.problem = problemText(error)
    }
    this.read = true
  }

  private change(changes: Partial<Pick<TogunaIncidents, 'days' | 'category' | 'linked'>>) {
    Object.assign(this, changes)
    void this.load()
  }

  private dead({ deaths_low: low, deaths_high: high }: Incident): string {
    if (low === null || high === null) return t('report.not_reported')
    return low === high ? number(low) : t('incidents.range', { low: number(low), high: number(high) })
  }

  private renderClaim(claim: Claim, first: Claim) {
    return html`<tr data-claim=${claim.address}>
      <td><toguna-party id=${claim.party} long></toguna-party></td>
      <td><a href=${recordHash(claim.address)}>${titleOf(claim as unknown as Record<string, unknown>)}</a><br /><span class="small soft">${whenWords(claim)}</span></td>
      <td><toguna-grade .grade=${claim.grade} .credibility=${claim.credibility}></toguna-grade></td>
      <td class="number">${deadWords(claim)}</td>
      <td>${claim === first ? nothing : html`<a href=${hashOf('compare', [], { a: first.address, b: claim.address })}>${t('report.compare')}</a>`}</td>
    </tr>`
  }

  private renderRow(row: Incident) {
    const first = row.members[0]!
    return html`<details class="card" data-incident=${row.id}>
      <summary>
        <span class="when">${day(row.from_us)}</span>
        <b>${titleOf(first as unknown as Record<string, unknown>)}</b>
        <span class="dead" data-range>${pair(t('report.dead'), this.dead(row))}</span>
        <span class="who row small">
          ${row.parties.map((party) => html`<toguna-party id=${party}></toguna-party>`)}
          <span class="soft">${t('incidents.claims', { n: row.claims })}</span>
          ${row.without_figure && row.deaths_low !== null ? html`<span class="soft">${t('incidents.without', { n: row.without_figure })}</span>` : nothing}
          ${row.disputed ? html`<span class="chip warn">${t('incidents.disputed')}</span>` : nothing}
          <span class="soft">${t(`category.${first.category}`)}</span>
        </span>
      </summary>
      <div class="scroll-x"><table><tbody>${row.members.map((claim) => this.renderClaim(claim, first))}</tbody></table></div>
    </details>`
  }

  private renderFilters() {
    const value = (event: Event) => (event.target as HTMLInputElement).value
    return html`<div class="row filters">
      <select name="days" aria-label=${t('incidents.days')} @change=${(e: Event) => this.change({ days: Number(value(e)) })}>
        ${WINDOWS.map((n) => html`<option value=${n} ?selected=${n === this.days}>${t('incidents.window', { n })}</option>`)}
      </select>
      <select name="category" aria-label=${t('list.category')} @change=${(e: Event) => this.change({ category: value(e) })}>
        <option value="">${pair(t('list.category'), t('list.all').toLowerCase())}</option>
        ${CATEGORIES.map((one) => html`<option value=${one} ?selected=${one === this.category}>${t(`category.${one}`)}</option>`)}
      </select>
      <label class="tick">
        <input type="checkbox" name="linked" .checked=${this.linked} @change=${(e: Event) => this.change({ linked: (e.target as HTMLInputElement).checked })} />
        ${t('incidents.linked')}
      </label>
    </div>`
  }

  override render() {
    return html`<h1>${t('incidents.title')}</h1>
      <p class="soft">${t('incidents.hint')}</p>
      ${this.renderFilters()} ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.read && !this.rows.length ? html`<toguna-empty icon="list" text=${t('list.none')}></toguna-empty>` : nothing}
      ${this.rows.map((row) => this.renderRow(row))}
      ${this.at_us ? html`<p class="soft small">${t('incidents.as_of', { ago: ago(this.at_us), party: partyName(this.party) })}</p>` : nothing}`
  }
}
define('toguna-incidents', TogunaIncidents)
