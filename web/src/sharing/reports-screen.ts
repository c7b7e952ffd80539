/** `<toguna-reports>`: all reports that one may see, the newest first, as they come in. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { Listing } from '../house/listing'
import { titleOf } from '../house/naming'
import { go, recordHash } from '../house/route'
import { distance } from '../house/shape'
import { isHome } from '../house/shapes'
import { pair, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import { problemText } from '../parts/toast'
import { partyIds, type ReportDoc } from './home'
import { deadWords, whenWords } from './in-words'
import { CATEGORIES, GRADES } from './report-draft'
import './words.form'
import './words.readers'
import './words.view'

type Filter = 'category' | 'party' | 'grade'

export class TogunaReports extends DeskElement {
  static override properties = { filters: { state: true } }
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
      }
      .filters select {
        width: auto;
        flex: 0 1 11rem;
      }
      .card {
        padding: 0;
      }
      a.one:last-child {
        border-bottom: 0;
      }
      a.one {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 3px 12px;
        padding: 9px 12px;
        border-bottom: 1px solid var(--line);
        color: inherit;
        text-decoration: none;
      }
      a.one:hover {
        background: var(--paper-sunk);
      }
      .facts {
        grid-column: 1 / -1;
      }
      .title {
        font-weight: 600;
      }
    `,
  ]
  filters: Record<Filter, string> = { category: '', party: '', grade: '' }
  private readonly list = new Listing<ReportDoc>(this, '/api/sharing/report', { table: 'sharing_reports' })

  private filter(name: Filter, event: Event) {
    this.filters = { ...this.filters, [name]: (event.target as HTMLSelectElement).value }
    void this.list.seek(Object.fromEntries(Object.entries(this.filters).filter(([, value]) => value)))
  }

  private choice(name: Filter, values: readonly string[], words: (value: string) => string) {
    return html`<select name=${name} aria-label=${t(`list.${name}`)} @change=${(event: Event) => this.filter(name, event)}>
      <option value="">${pair(t(`list.${name}`), t('list.all').toLowerCase())}</option>
      ${values.map((value) => html`<option value=${value} ?selected=${value === this.filters[name]}>${words(value)}</option>`)}
    </select>`
  }

  private renderOne(one: ReportDoc) {
    const coarse = one.radius_m && one.radius_m >= 1000 ? ` · ± ${distance(one.radius_m)}` : ''
    return html`<a class="one" data-report=${one.address} href=${recordHash(one.address)}>
      <span class="title">${titleOf(one)}</span>
      <span class="row"><toguna-grade .grade=${one.grade} .credibility=${one.credibility}></toguna-grade><toguna-party id=${one.party}></toguna-party></span>
      <span class="facts small soft">
        ${whenWords(one)} · ${t(`category.${one.category}`)} · ${pair(t('report.dead').toLowerCase(), deadWords(one))}${coarse}
        ${isHome(one.address) ? html`· <span class="chip"><toguna-icon name="home"></toguna-icon>${t('list.home')}</span>` : nothing}
        ${one.corrections ? html`· ${t('readers.correction')}` : nothing}
      </span>
    </a>`
  }

  private renderList() {
    const { items, loading, problem, next } = this.list
    if (problem) return html`<p class="notice bad" role="alert">${problemText(problem)}</p>`
    const filtered = Object.values(this.filters).some(Boolean)
    if (!items.length) return loading ? nothing : html`<toguna-empty icon="report" text=${t(filtered ? 'list.none_filter' : 'list.none')}></toguna-empty>`
    return html`<div class="card" data-list>${items.map((one) => this.renderOne(one))}</div>
      ${next ? html`<p><button ?disabled=${loading} @click=${() => this.list.more()}>${t('list.more')}</button></p>` : nothing}`
  }

  override render() {
    return html`<div class="row spread">
        <h1>${t('screen.reports')}</h1>
        ${eyes() ? nothing : html`<button class="main" data-write @click=${() => go('#/write/sharing.report')}><toguna-icon name="edit"></toguna-icon>${t('list.new')}</button>`}
      </div>
      <div class="row filters">
        ${this.choice('category', CATEGORIES, (one) => t(`category.${one}`))} ${this.choice('party', partyIds(), partyName)}
        ${this.choice('grade', GRADES, (one) => t(`grade.${one}`))}
      </div>
      ${this.renderList()}`
  }
}
define('toguna-reports', TogunaReports)
