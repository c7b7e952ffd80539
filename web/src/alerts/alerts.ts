/** `<toguna-alerts>`: the screen of alerts: those that stand, how fast members answer, a new one. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { BoardRows } from '../house/board'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { onRoute, route, type Route } from '../house/route'
import { moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText } from '../parts/toast'
import './card'
import './response'
import { inOrder, TABLES, type Alert } from './shapes'
import { ring, soundWanted, wantSound } from './sound'
import { tabbed } from './tabs'
import './words'

const YEAR_US = 365 * 86_400 * 1_000_000

export class TogunaAlerts extends DeskElement {
  static override properties = { at: { state: true }, sound: { state: true } }
  static override styles = [
    base,
    tabbed,
    css`
      .cards {
        display: grid;
        gap: 12px;
      }
    `,
  ]
  private at: Route = route()
  private readonly board = new BoardRows<Alert>(this, 'alerts/alerts', TABLES)
  private end?: () => void
  private far = false
  private sound = soundWanted()

  override connectedCallback(): void {
    super.connectedCallback()
    this.at = route()
    this.end = onRoute((to) => (this.at = to))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.end?.()
  }

  private older = () => {
    this.far = true
    void this.board.seek({ from_us: nowUs() - YEAR_US, limit: 500 })
  }

  private toggleSound = () => {
    this.sound = !this.sound
    wantSound(this.sound)
    if (this.sound) ring(false)
  }

  private tab(name: string, title: string) {
    const here = this.at.name === 'alerts' ? (this.at.params[0] ?? '') : ''
    return html`<a href=${`#/alerts${name && `/${name}`}`} aria-current=${here === name ? 'page' : nothing}>${title}</a>`
  }

  private list() {
    const { board } = this
    const alerts = inOrder(board.rows, session().party, nowUs())
    return html`${board.problem ? html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>` : nothing}
      <div class="cards">
        ${alerts.map(
          (alert) => html`<toguna-alert .alert=${alert} @toguna-answered=${() => board.reload()}></toguna-alert>`,
        )}
      </div>
      ${alerts.length === 0 && !board.loading && !board.problem
        ? html`<toguna-empty icon="bell" text=${t('alert.none')}></toguna-empty>`
        : nothing}
      <p class="row spread foot">
        ${board.at_us ? html`<span class="small soft">${t('alert.as_of', { when: moment(board.at_us) })}</span>` : nothing}
        <span class="row">
          <button aria-pressed=${this.sound ? 'true' : 'false'} data-sound @click=${this.toggleSound}>
            <toguna-icon name=${this.sound ? 'sound' : 'silent'}></toguna-icon>${t('alert.sound')}
          </button>
          ${this.far ? nothing : html`<button @click=${this.older}>${t('alert.older')}</button>`}
        </span>
      </p>`
  }

  private body() {
    const here = this.at.params[0] ?? ''
    if (here === 'response') return html`<toguna-alert-response></toguna-alert-response>`
    if (here !== 'new') return this.list()
    void import('./form')
    return html`<toguna-alert-form></toguna-alert-form>`
  }

  override render() {
    return html`<header class="row spread">
        <h1>${t('alert.title')}</h1>
        <nav class="row" aria-label=${t('alert.title')}>
          ${this.tab('', t('alert.current'))} ${this.tab('response', t('alert.response'))}
          ${this.tab('new', t('alert.give'))}
        </nav>
      </header>
      ${this.body()}`
  }
}
define('toguna-alerts', TogunaAlerts)
