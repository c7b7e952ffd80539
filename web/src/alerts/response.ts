/** `<toguna-alert-response>`: from alert to response, member by member, over a window. */

import { css, html, nothing } from 'lit'

import { BoardRows } from '../house/board'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { day, moment, number } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import { problemText } from '../parts/toast'
import { clockText, SIGNS, TABLES, type Response, type State } from './shapes'
import './words'

const DAY_US = 86_400 * 1_000_000
const WINDOWS = [7, 30, 90, 365]
const STATES: readonly State[] = ['acting', 'acknowledged', 'declined', 'no_answer', 'waiting', 'not_needed', 'not_told']

export class TogunaAlertResponse extends DeskElement {
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
        gap: 4px 22px;
        align-items: end;
      }
      .big {
        font-size: 1.5rem;
        font-weight: 600;
        line-height: 1.1;
        font-variant-numeric: tabular-nums;
      }
      .unknown {
        font-size: 0.95rem;
        color: var(--ink-soft);
      }
      .bar {
        display: flex;
        height: 14px;
        border-radius: 3px;
        overflow: hidden;
        border: 1px solid var(--line-strong);
        margin: 10px 0 6px;
      }
      .bar span {
        min-width: 3px;
      }
      .bar .acting {
        background: var(--good);
      }
      .bar .acknowledged {
        background: color-mix(in srgb, var(--good) 45%, var(--paper));
      }
      .bar .declined {
        background: var(--warn);
      }
      .bar .no_answer {
        background: repeating-linear-gradient(45deg, var(--bad) 0 5px, var(--bad-soft) 5px 9px);
      }
      .bar .waiting {
        background: var(--paper-sunk);
      }
      .bar .not_needed,
      .bar .not_told {
        background: repeating-linear-gradient(45deg, var(--line) 0 3px, var(--paper) 3px 7px);
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
      li b {
        font-variant-numeric: tabular-nums;
      }
      [data-count='acting'] toguna-icon,
      [data-count='acknowledged'] toguna-icon {
        color: var(--good);
      }
      [data-count='declined'] toguna-icon {
        color: var(--warn);
      }
      [data-count='no_answer'] toguna-icon {
        color: var(--bad);
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
  private days = 30
  private readonly board = new BoardRows<Response>(this, 'alerts/response', TABLES)

  private choose = (event: Event) => {
    this.days = Number((event.target as HTMLSelectElement).value)
    void this.board.seek({ from_us: nowUs() - this.days * DAY_US })
  }

  override render() {
    const { board } = this
    return html`<div class="row spread">
        <label
          >${t('alert.window')}
          <select name="window" @change=${this.choose}>
            ${WINDOWS.map(
              (days) => html`<option value=${days} ?selected=${days === this.days}>${t('alert.days', { n: days })}</option>`,
            )}
          </select></label
        >
        ${board.at_us
          ? html`<span class="small soft"
              >${day(board.at_us - this.days * DAY_US)} – ${moment(board.at_us)}</span
            >`
          : nothing}
      </div>
      ${board.problem ? html`<p class="notice bad" role="alert">${problemText(board.problem)}</p>` : nothing}
      <div class="members">${board.rows.map((row) => this.member(row))}</div>
      ${board.rows.length === 0 && board.at_us
        ? html`<toguna-empty icon="clock" text=${t('alert.response_none')}></toguna-empty>`
        : nothing}
      ${board.at_us
        ? html`<p class="small soft">
            ${t('alert.as_of', { when: moment(board.at_us) })} ${t('alert.nothing_assumed')}
          </p>`
        : nothing}`
  }

  private member(row: Response) {
    return html`<section class="card" data-party=${row.party} aria-label=${partyName(row.party)}>
      <div class="head">
        <h2><toguna-party id=${row.party}></toguna-party> ${partyName(row.party)}</h2>
        ${this.median('answer', t('alert.median_answer'), row.median_answer_s)}
        ${this.median('action', t('alert.median_action'), row.median_action_s)}
      </div>
      <div class="bar" aria-hidden="true">
        ${/* As a property: the page's rules let no style in that stands in an attribute. */ ''}
        ${STATES.map((state) =>
          row[state] ? html`<span class=${state} .style=${`flex: ${row[state]} 1 0`}></span>` : nothing,
        )}
      </div>
      <ul>
        <li data-count="addressed"><b>${t('alert.addressed', { n: row.addressed })}</b></li>
        ${STATES.map((state) => this.count(state, row[state]))}
        <li data-count="late">${t('alert.late_answers', { n: row.late })}</li>
        <li data-count="rings">${t('alert.rings', { n: row.rings })}</li>
        <li data-count="escalations">${t('alert.escalations', { n: row.escalations })}</li>
        <li class="soft">${t('alert.newest')} <toguna-when us=${row.newest_us}></toguna-when></li>
      </ul>
    </section>`
  }

  private count(state: State, count: number) {
    const shown = count > 0 || state === 'acting' || state === 'acknowledged' || state === 'no_answer'
    if (!shown) return nothing
    return html`<li data-count=${state}>
      <toguna-icon name=${SIGNS[state].icon}></toguna-icon> <b>${number(count)}</b> ${t(`alert.state.${state}`)}
    </li>`
  }

  private median(name: string, title: string, seconds: number | null) {
    return html`<div data-median=${name}>
      <div class="small soft">${title}</div>
      ${seconds === null
        ? html`<div class="unknown">${t('alert.unknown_yet')}</div>`
        : html`<div class="big">${clockText(seconds)} <span class="unseen">${t('alert.minutes_seconds')}</span></div>`}
    </div>`
  }
}
define('toguna-alert-response', TogunaAlertResponse)
