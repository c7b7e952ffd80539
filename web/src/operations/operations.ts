/** `<toguna-operations>`: passages with consent, who commands whom, plans. */

import { css, html, nothing } from 'lit'

import { tabbed } from '../alerts/tabs'
import { session } from '../house/api'
import { BoardRows } from '../house/board'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { Listing } from '../house/listing'
import { hashOf, type Route } from '../house/route'
import { moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText } from '../parts/toast'
import './crossings'
import './request-card'
import {
  CROSSING_TABLES, REQUEST_TABLES, UNIT_TABLES, type Crossing, type Request, type Terms, type Unit,
} from './shapes'
import './words'

export class TogunaOperations extends DeskElement {
  static override properties = { route: { attribute: false } }
  static override styles = [
    base,
    tabbed,
    css`
      h2 {
        margin-bottom: 6px;
      }
      .cards {
        display: grid;
        gap: 14px;
      }
    `,
  ]
  route: Route = { name: 'operations', params: [], query: {} }
  private readonly requests = new BoardRows<Request>(this, 'operations/requests', REQUEST_TABLES)
  private readonly units = new BoardRows<Unit>(this, 'operations/units', UNIT_TABLES)
  private readonly crossings = new BoardRows<Crossing>(this, 'operations/crossings', CROSSING_TABLES)
  private readonly terms = new Listing<Terms>(this, '/api/operations/terms', { table: 'operations_terms' })

  private tab(name: string, title: string) {
    const here = this.route.params[0] ?? ''
    const current = here === name || (name === '' && here === 'answer')
    return html`<a href=${hashOf('operations', name ? [name] : [])} aria-current=${current ? 'page' : nothing}>${title}</a>`
  }

  private get names(): Map<string, string> {
    return new Map(this.units.rows.map((unit) => [unit.address, unit.name]))
  }

  /** Our own standing terms that are in force, the newest. */
  private get ours(): Terms | undefined {
    const mine = this.terms.items.filter((one) => one.party === session().party && one.until_us > nowUs())
    return mine.sort((a, b) => b.at - a.at)[0]
  }

  private passage(request: Request, full: boolean) {
    return html`<toguna-passage
      ?full=${full}
      .request=${request}
      .names=${this.names}
      .terms=${request.host === session().party ? this.ours : undefined}
      @toguna-answered=${() => this.requests.reload()}
    ></toguna-passage>`
  }

  private answer(address: string) {
    const back = html`<p><a href="#/operations">${t('operation.all_requests')}</a></p>`
    const request = this.requests.rows.find((one) => one.address === address)
    if (request) return html`${this.passage(request, true)}${back}`
    const waits = this.requests.loading || !this.requests.at_us
    return html`${back}<toguna-empty icon="border" text=${t(waits ? 'desk.loading' : 'operation.gone')}></toguna-empty>`
  }

  private passages() {
    const { requests } = this
    const problem = requests.problem ?? this.crossings.problem
    return html`${problem ? html`<p class="notice bad" role="alert">${problemText(problem)}</p>` : nothing}
      <toguna-crossings .crossings=${this.crossings.rows} .names=${this.names}></toguna-crossings>
      <h2>${t('operation.requests')}</h2>
      <div class="cards">${requests.rows.map((one) => this.passage(one, false))}</div>
      ${requests.rows.length === 0 && !requests.loading && !requests.problem
        ? html`<toguna-empty icon="border" text=${t('operation.no_requests')}></toguna-empty>`
        : nothing}
      ${requests.at_us ? html`<p class="small soft foot">${t('operation.as_of', { when: moment(requests.at_us) })}</p>` : nothing}`
  }

  private body() {
    const [what = '', ...rest] = this.route.params
    switch (what) {
      case '':
        return this.passages()
      case 'answer':
        return this.answer(rest.join('/'))
      case 'request':
        void import('./request-form')
        return html`<toguna-request-form
          .units=${this.units.rows}
          .requests=${this.requests.rows}
          .terms=${this.terms.items}
        ></toguna-request-form>`
      case 'units':
        void import('./units')
        return html`<toguna-units .board=${this.units} .at_us=${this.units.at_us} .route=${this.route}></toguna-units>`
      default:
        void import('./plans')
        return html`<toguna-plans
          .route=${this.route}
          .units=${this.units.rows}
          .requests=${this.requests.rows}
        ></toguna-plans>`
    }
  }

  override render() {
    return html`<header class="row spread">
        <h1>${t('operation.title')}</h1>
        <nav class="row" aria-label=${t('operation.title')}>
          ${this.tab('', t('operation.passages'))} ${this.tab('units', t('operation.commands'))}
          ${this.tab('plans', t('operation.plans'))} ${eyes() ? nothing : this.tab('request', t('operation.ask'))}
        </nav>
      </header>
      ${this.body()}`
  }
}
define('toguna-operations', TogunaOperations)
