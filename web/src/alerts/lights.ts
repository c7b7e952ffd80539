/** `<toguna-alert-lights>`: each addressee of an alert with a sign, a word and a clock. `full` is a
 *  table with everything that is known; without it one short line each. */

import { css, html, nothing } from 'lit'

import { nowUs, Ticks } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { clock, exactMoment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/icon'
import { officeName, partyName } from '../parts/small'
import { clockText, isOpen, SIGNS, since, stateNow, type Addressee, type Alert } from './shapes'
import './words'

export class TogunaAlertLights extends DeskElement {
  static override properties = { alert: { attribute: false }, full: { type: Boolean } }
  static override styles = [
    base,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
      }
      :host([full]) ul {
        display: grid;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 8px;
        border: 1px solid var(--line-strong);
        border-left-width: 5px;
        border-radius: var(--radius);
        padding: 3px 10px 3px 7px;
        background: var(--paper);
        font-size: 0.875rem;
      }
      li .state {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        font-weight: 600;
      }
      li.good {
        border-color: var(--good);
      }
      li.good .state {
        color: var(--good);
      }
      li.warn {
        border-color: var(--warn);
      }
      li.warn .state {
        color: var(--warn);
      }
      li.bad {
        border-color: var(--bad);
        background: var(--bad-soft);
      }
      li.bad .state {
        color: var(--bad);
      }
      li.quiet {
        border-style: dashed;
        border-left-style: solid;
      }
      li.quiet .state {
        font-weight: 400;
        color: var(--ink-soft);
      }
      .why {
        flex-basis: 100%;
      }
      time,
      .clock {
        font-variant-numeric: tabular-nums;
      }
    `,
  ]
  alert!: Alert
  full = false

  constructor() {
    super()
    new Ticks(this, 1_000)
  }

  override render() {
    return html`<ul aria-label=${t('alert.addressees')}>
      ${this.alert.addressees.map((one) => this.light(one))}
    </ul>`
  }

  private light(one: Addressee) {
    const now = nowUs()
    const state = stateNow(this.alert, one, now)
    const { icon, tone } = SIGNS[state]
    return html`<li class=${tone} data-party=${one.party} data-state=${state}>
      <toguna-party id=${one.party}></toguna-party>
      ${this.full ? html`<span>${partyName(one.party)}</span>` : nothing}
      <span class="state"><toguna-icon name=${icon}></toguna-icon>${t(`alert.state.${state}`)}</span>
      ${this.times(one, state, now)} ${this.marks(one)}
      ${this.full && one.why ? html`<span class="why">« ${one.why} »</span>` : nothing}
      ${this.full && state === 'not_told' ? html`<span class="why small soft">${t('alert.not_told_why')}</span>` : nothing}
    </li>`
  }

  private times(one: Addressee, state: string, now: number) {
    if (one.answer_s === undefined) {
      const running = (state === 'waiting' || state === 'no_answer') && isOpen(this.alert, now)
      return running ? html`<span class="clock">${clockText(since(this.alert, now))}</span>` : nothing
    }
    const at = one.answered_us ?? 0
    return html`<time class=${one.late ? 'late' : ''} title=${exactMoment(at)}
        >${t('alert.after', { clock: clockText(one.answer_s) })}</time
      >
      ${one.late ? html`<span class="chip warn">${t('alert.late')}</span>` : nothing}
      ${this.full && one.action_s !== undefined && one.action_s !== one.answer_s
        ? html`<span>· ${t('alert.action_after', { clock: clockText(one.action_s) })}</span>`
        : nothing}
      ${this.full && one.office ? html`<span class="soft">· ${officeName(one.office)}</span>` : nothing}`
  }

  private marks(one: Addressee) {
    const mark = (us: number | undefined, icon: string, text: string) =>
      us === undefined
        ? nothing
        : html`<span class="chip bad" title=${exactMoment(us)}><toguna-icon name=${icon}></toguna-icon>${text}</span>`
    const office = officeName(this.alert.escalate_to)
    return html`${mark(one.rung_us, 'bell', t('alert.rung', { clock: clock(one.rung_us ?? 0) }))}
    ${mark(one.escalated_us, 'send', t('alert.escalated', { office, clock: clock(one.escalated_us ?? 0) }))}`
  }
}
define('toguna-alert-lights', TogunaAlertLights)
