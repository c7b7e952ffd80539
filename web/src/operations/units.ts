/** `<toguna-units>`: who commands which unit; those whose orders contradict come first. */

import { css, html, nothing } from 'lit'

import type { BoardRows } from '../house/board'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import type { Route } from '../house/route'
import { moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText } from '../parts/toast'
import type { Unit } from './shapes'
import './unit-card'
import './words'
import './words.units'

export class TogunaUnits extends DeskElement {
  static override properties = { board: { attribute: false }, route: { attribute: false }, at_us: { attribute: false } }
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
  board!: BoardRows<Unit>
  route: Route = { name: 'operations', params: ['units'], query: {} }
  at_us = 0

  private form(what: string, address: string) {
    const back = html`<p><a href="#/operations/units">${t('unit.back')}</a></p>`
    void import('./unit-forms')
    if (what === 'new') return html`${back}<toguna-unit-form></toguna-unit-form>`
    const unit = this.board.rows.find((one) => one.address === address)
    if (!unit) {
      const waits = this.board.loading || !this.board.at_us
      return html`${back}<toguna-empty icon="people" text=${t(waits ? 'desk.loading' : 'unit.gone')}></toguna-empty>`
    }
    return html`${back}${what === 'attach'
      ? html`<toguna-attachment-form .unit=${unit}></toguna-attachment-form>`
      : html`<toguna-order-form .unit=${unit}></toguna-order-form>`}`
  }

  override render() {
    const { board } = this
    const [, what = '', ...address] = this.route.params
    if (what) return this.form(what, address.join('/'))
    return html`${board.problem ? html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>` : nothing}
      <div class="cards">
        ${board.rows.map((unit) => html`<toguna-unit .unit=${unit} @toguna-answered=${() => board.reload()}></toguna-unit>`)}
      </div>
      ${board.rows.length === 0 && !board.loading && !board.problem
        ? html`<toguna-empty icon="people" text=${t('unit.none')}></toguna-empty>`
        : nothing}
      ${eyes() ? nothing : html`<p><a class="button" href="#/operations/units/new"><toguna-icon name="plus"></toguna-icon>${t('unit.new')}</a></p>`}
      ${board.at_us ? html`<p class="small soft">${t('operation.as_of', { when: moment(board.at_us) })}</p>` : nothing}`
  }
}
define('toguna-units', TogunaUnits)
