/** `<toguna-question-rates>`: how often and how fast members answer, over a window. */

import { css, html, nothing } from 'lit'

import { BoardRows } from '../house/board'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { day, duration, moment, number } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import { problemText } from '../parts/toast'
import { TABLES, type Rate } from './shapes'
import './words'

const DAY_US = 86_400 * 1_000_000
const WINDOWS = [30, 90, 365]
const ALWAYS = ['asked', 'in_time', 'late', 'overdue'] as const
const SOMETIMES = ['cannot', 'open', 'closed', 'not_told'] as const

export class TogunaQuestionRates extends DeskElement {
  static override properties = { days: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      label {
        display: inline-flex;
        align-items: center;
        gap: 8px;
      }
      select {
        width: auto;
      }
      .members {
        display: grid;
        gap: 12px;
        margin: 12px 0;
      }
      .head {
        display: grid;
        grid-template-columns: 1fr auto auto;
        gap: 4px 26px;
        align-items: end;
        margin-bottom: 8px;
      }
      .big {
        font-size: 1.5rem;
        font-weight: 600;
        line-height: 1.1;
      }
      .unknown {
        color: var(--ink-soft);
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        font-size: 0.875rem;
      }
      @media (max-width: 560px) {
        .head {
          grid-template-columns: 1fr 1fr;
        }
        .head > :first-child {
          grid-column: 1 / -1;
        }
      }
    `,
  ]
  private days = 90
  private readonly board = new BoardRows<Rate>(this, 'questions/rates', TABLES)

  private choose = (event: Event) => {
    this.days = Number((event.target as HTMLSelectElement).value)
    void this.board.seek({ from_us: nowUs() - this.days * DAY_US })
  }

  override render() {
    const { board } = this
    return html`<div class="row spread">
        <label
          >${t('question.window')}
          <select name="window" @change=${this.choose}>
            ${WINDOWS.map(
              (days) => html`<option value=${days} ?selected=${days === this.days}>${t('question.days', { n: days })}</option>`,
            )}
          </select></label
        >
        ${board.at_us
          ? html`<span class="small soft">${day(board.at_us - this.days * DAY_US)} – ${moment(board.at_us)}</span>`
          : nothing}
      </div>
      ${board.problem ? html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>` : nothing}
      <div class="members">${board.rows.map((row) => this.member(row))}</div>
      ${board.rows.length === 0 && board.at_us
        ? html`<toguna-empty icon="question" text=${t('question.rates_none')}></toguna-empty>`
        : nothing}
      ${board.at_us
        ? html`<p class="small soft">${t('question.as_of', { when: moment(board.at_us) })} ${t('question.of')}</p>`
        : nothing}`
  }

  private member(row: Rate) {
    const percent = (value: number | null) =>
      value === null ? html`<div class="unknown">${t('question.unknown_yet')}</div>` : html`<div class="big">${number(value)} %</div>`
    return html`<section class="card" data-party=${row.party} aria-label=${partyName(row.party)}>
      <div class="head">
        <h2><toguna-party id=${row.party}></toguna-party> ${partyName(row.party)}</h2>
        <div data-rate>
          <div class="small soft">${t('question.rate')}</div>
          ${percent(row.answer_percent)}
          ${row.in_time_percent === null
            ? nothing
            : html`<div class="small">${number(row.in_time_percent)} % ${t('question.rate_in_time')}</div>`}
        </div>
        <div data-median>
          <div class="small soft">${t('question.median')}</div>
          ${row.median_s === null
            ? html`<div class="unknown">${t('question.unknown_yet')}</div>`
            : html`<div class="big">${duration(row.median_s * 1_000_000)}</div>`}
        </div>
      </div>
      <ul>
        ${ALWAYS.map((name) => this.count(name, row[name]))}
        ${SOMETIMES.map((name) => (row[name] ? this.count(name, row[name]) : nothing))}
        <li class="soft">${t('question.newest')} <toguna-when us=${row.newest_us}></toguna-when></li>
      </ul>
    </section>`
  }

  private count(name: string, count: number) {
    const word = name === 'in_time' ? 'answered' : name
    return html`<li data-count=${name}><b>${number(count)}</b> ${t(`question.count_${word}`)}</li>`
  }
}
define('toguna-question-rates', TogunaQuestionRates)
