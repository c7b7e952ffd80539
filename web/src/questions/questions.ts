/** `<toguna-questions>`: what we owe an answer, what we asked, how often members answer. */

import { css, html, nothing } from 'lit'

import { tabbed } from '../alerts/tabs'
import { session } from '../house/api'
import { BoardRows } from '../house/board'
import { define, DeskElement } from '../house/element'
import { onRoute, route, type Route } from '../house/route'
import { moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText } from '../parts/toast'
import './card'
import './rates'
import { chosen, TABLES, type Question } from './shapes'
import './words'

type Tab = 'mine' | 'ours' | 'all'

export class TogunaQuestions extends DeskElement {
  static override properties = { at: { state: true } }
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
  private readonly board = new BoardRows<Question>(this, 'questions/questions', TABLES)
  private end?: () => void

  override connectedCallback(): void {
    super.connectedCallback()
    this.at = route()
    this.end = onRoute((to) => (this.at = to))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.end?.()
  }

  private get here(): string {
    return this.at.name === 'questions' ? (this.at.params[0] ?? 'mine') : 'mine'
  }

  private tab(name: string, title: string) {
    return html`<a
      href=${`#/questions${name === 'mine' ? '' : `/${name}`}`}
      aria-current=${this.here === name ? 'page' : nothing}
      >${title}</a
    >`
  }

  private list(tab: Tab) {
    const { board } = this
    const found = chosen(board.rows, tab, session().party)
    return html`${board.problem ? html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>` : nothing}
      <div class="cards">
        ${found.map(
          (one) => html`<toguna-question .question=${one} @toguna-answered=${() => board.reload()}></toguna-question>`,
        )}
      </div>
      ${found.length === 0 && board.at_us
        ? html`<toguna-empty icon="question" text=${t(`question.none_${tab}`)}></toguna-empty>`
        : nothing}
      ${board.at_us ? html`<p class="small soft foot">${t('question.as_of', { when: moment(board.at_us) })}</p>` : nothing}`
  }

  private body() {
    const { here } = this
    if (here === 'rates') return html`<toguna-question-rates></toguna-question-rates>`
    if (here !== 'new') return this.list(here === 'ours' || here === 'all' ? here : 'mine')
    void import('./form')
    return html`<toguna-question-form .about=${this.at.query['about'] ?? ''}></toguna-question-form>`
  }

  override render() {
    return html`<header class="row spread">
        <h1>${t('question.title')}</h1>
        <nav class="row" aria-label=${t('question.title')}>
          ${this.tab('mine', t('question.mine'))} ${this.tab('ours', t('question.ours'))}
          ${this.tab('all', t('question.all'))} ${this.tab('rates', t('question.rates'))}
          ${this.tab('new', t('question.ask'))}
        </nav>
      </header>
      ${this.body()}`
  }
}
define('toguna-questions', TogunaQuestions)
