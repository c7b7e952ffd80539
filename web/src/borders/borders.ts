/** `<toguna-borders>`: the board of border sectors, a word on one of them, a new one. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { tabbed } from '../alerts/tabs'
import { BoardRows } from '../house/board'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { hashOf, type Route } from '../house/route'
import { moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText } from '../parts/toast'
import './sector-card'
import { counted, HOURS, SIGNS, TABLES, TONES, type Sector } from './shapes'
import './words'

const FORMS = new Set(['watch', 'posture'])

export class TogunaBorders extends DeskElement {
  static override properties = { route: { attribute: false }, hours: { state: true } }
  static override styles = [
    base,
    tabbed,
    css`
      .cards {
        display: grid;
        gap: 14px;
      }
      .summary {
        margin-bottom: 12px;
      }
      select {
        width: auto;
      }
    `,
  ]
  route: Route = { name: 'borders', params: [], query: {} }
  private hours: number = HOURS[0]
  private readonly board = new BoardRows<Sector>(this, 'borders/sectors', TABLES)

  private setHours = (event: Event) => {
    this.hours = Number((event.target as HTMLSelectElement).value)
    void this.board.seek({ hours: this.hours })
  }

  private tab(name: string, title: string) {
    const here = this.route.params[0] ?? ''
    return html`<a href=${hashOf('borders', name ? [name] : [])} aria-current=${here === name ? 'page' : nothing}>${title}</a>`
  }

  override render() {
    const [what = '', ...address] = this.route.params
    return html`<header class="row spread">
        <h1>${t('border.title')}</h1>
        <nav class="row" aria-label=${t('border.title')}>
          ${this.tab('', t('border.board'))} ${eyes() ? nothing : this.tab('new', t('border.new'))}
        </nav>
      </header>
      ${what === 'new' ? this.newSector() : FORMS.has(what) ? this.word(what, address.join('/')) : this.list()}`
  }

  private newSector() {
    void import('./sector-form')
    return html`<toguna-sector-form></toguna-sector-form>`
  }

  private word(what: string, address: string) {
    const back = html`<p><a href="#/borders">${t('border.back')}</a></p>`
    const sector = this.board.rows.find((one) => one.address === address)
    if (!sector) {
      const waits = this.board.loading || !this.board.at_us
      return html`${back}<toguna-empty icon="border" text=${t(waits ? 'desk.loading' : 'border.gone')}></toguna-empty>`
    }
    if (!sector.sides.some((side) => side.party === session().party)) {
      return html`${back}<toguna-empty icon="border" text=${t('border.not_ours')}></toguna-empty>`
    }
    void import('./word-form')
    return html`${back}<toguna-sector-word .sector=${sector} what=${what}></toguna-sector-word>`
  }

  private list() {
    const { board } = this
    return html`${board.problem ? html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>` : nothing}
      <div class="row spread summary">
        <span class="row" data-summary>
          ${counted(board.rows).map(
            ([state, count]) => html`<span class="chip ${TONES[state]}"
              ><toguna-icon name=${SIGNS[state]}></toguna-icon>${t(`border.state.${state}`)} ${count}</span
            >`,
          )}
        </span>
        <label class="row small">
          ${t('border.window')}
          <select name="hours" @change=${this.setHours}>
            ${HOURS.map(
              (hours) => html`<option value=${hours} ?selected=${hours === this.hours}>
                ${hours > 48 ? t('border.days', { n: hours / 24 }) : t('border.hours', { n: hours })}
              </option>`,
            )}
          </select>
        </label>
      </div>
      <div class="cards">
        ${board.rows.map((sector) => html`<toguna-sector .sector=${sector}></toguna-sector>`)}
      </div>
      ${board.rows.length === 0 && !board.loading && !board.problem
        ? html`<toguna-empty icon="border" text=${t('border.none')}></toguna-empty>`
        : nothing}
      ${board.at_us ? html`<p class="small soft foot">${t('border.as_of', { when: moment(board.at_us) })}</p>` : nothing}`
  }
}
define('toguna-borders', TogunaBorders)
