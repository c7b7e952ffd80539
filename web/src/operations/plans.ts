/** `<toguna-plans>`: plans by how they stand, one of them, or the editor of a new one. */

import { css, html, nothing } from 'lit'

import { BoardRows } from '../house/board'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import type { Route } from '../house/route'
import { moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText } from '../parts/toast'
import './plan-card'
import { PLAN_TABLES, type Plan } from './plan-shapes'
import type { Request, Unit } from './shapes'
import './words.plans'

export class TogunaPlans extends DeskElement {
  static override properties = { route: { attribute: false }, units: { attribute: false }, requests: { attribute: false } }
  static override styles = [
    base,
    css`
      .cards {
        display: grid;
        gap: 14px;
        margin-bottom: 12px;
      }
    `,
  ]
  route: Route = { name: 'operations', params: ['plans'], query: {} }
  units: readonly Unit[] = []
  requests: readonly Request[] = []
  private readonly board = new BoardRows<Plan>(this, 'operations/plans', PLAN_TABLES)

  override render() {
    const [what = '', ...rest] = this.route.params
    if (what === 'plan') {
      void import('./plan-form')
      return html`<toguna-plan-form .units=${this.units} .requests=${this.requests}></toguna-plan-form>`
    }
    const { board } = this
    const address = rest.join('/')
    const rows = address ? board.rows.filter((one) => one.address === address) : board.rows
    return html`${board.problem ? html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>` : nothing}
      <p class="row">
        ${address ? html`<a href="#/operations/plans">${t('plan.all')}</a>` : nothing}
        ${eyes() ? nothing : html`<a class="button" href="#/operations/plan"><toguna-icon name="plus"></toguna-icon>${t('plan.new')}</a>`}
      </p>
      <div class="cards">
        ${rows.map((plan) => html`<toguna-plan .plan=${plan} @toguna-answered=${() => board.reload()}></toguna-plan>`)}
      </div>
      ${rows.length === 0 && !board.loading && !board.problem
        ? html`<toguna-empty icon="map" text=${t('plan.none')}></toguna-empty>`
        : nothing}
      ${board.at_us ? html`<p class="small soft">${t('operation.as_of', { when: moment(board.at_us) })}</p>` : nothing}`
  }
}
define('toguna-plans', TogunaPlans)
