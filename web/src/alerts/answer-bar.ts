/** `<toguna-alert-answer>`: our answer to an alert, one tap each; a refusal asks for its reason.
 *  Tells `toguna-answered` once it is signed. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { nowUs, Ticks } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/field'
import '../parts/icon'
import { problemText, toast } from '../parts/toast'
import { answer, end } from './answering'
import { clockText, isOpen, mineOf, SIGNS, wordsLeft, type Alert, type Word } from './shapes'
import './words'

type Asking = Word | 'end' | ''

export class TogunaAlertAnswer extends DeskElement {
  static override properties = {
    alert: { attribute: false },
    asking: { state: true },
    why: { state: true },
    outcome: { state: true },
    error: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 10px;
      }
      .clock {
        font-size: 1.15rem;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .clock.late {
        color: var(--bad);
      }
      .answers button {
        min-height: 44px;
        padding: 0 18px;
      }
      @media (max-width: 760px) {
        .clock,
        .answers button {
          flex: 1 1 auto;
        }
        .clock {
          flex-basis: 100%;
        }
      }
    `,
  ]
  alert!: Alert
  asking: Asking = ''
  why = ''
  outcome = 'over'
  error = ''
  problem = ''
  busy = false

  constructor() {
    super()
    new Ticks(this, 1_000)
  }

  private async send(word: Word) {
    const why = this.why.trim()
    if (word === 'declined' && !why) {
      this.error = t('alert.why_needed')
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('toguna-field')?.focus())
      return
    }
    await this.sign(() => answer(this.alert, word, why), 'alert.said')
  }

  private async sign(act: () => Promise<string>, said: string) {
    if (this.busy) return
    this.busy = true
    this.problem = ''
    try {
      const address = await act()
      this.asking = ''
      this.why = ''
      toast(t(said, { address }), 'good')
      this.tell('toguna-answered')
    } catch (error) {
      this.problem = problemText(error)
    }
    this.busy = false
  }

  private clock(now: number) {
    const left = (this.alert.ack_due_us - now) / 1_000_000
    const late = left < 0
    return html`<span class="clock ${late ? 'late' : ''}" role="timer">
      <span class="small">${t(late ? 'alert.answer_late' : 'alert.answer_within')}</span> ${clockText(Math.abs(left))}
    </span>`
  }

  private words() {
    const now = nowUs()
    const mine = mineOf(this.alert, session().party)
    if (!mine || !isOpen(this.alert, now)) return nothing
    const silent = mine.state === 'waiting' || mine.state === 'no_answer'
    const button = (word: Word, place: number) => html`<button
      class=${place === 0 && word !== 'declined' ? 'main' : ''}
      data-word=${word}
      ?disabled=${this.busy}
      @click=${() => (word === 'declined' ? this.ask('declined') : this.send(word))}
    >
      <toguna-icon name=${SIGNS[word].icon}></toguna-icon>${t(`alert.say.${word}`)}
    </button>`
    return html`<div class="row answers">
      ${silent ? this.clock(now) : nothing} ${wordsLeft(mine).map(button)}
      ${mine.state === 'acting'
        ? nothing
        : html`<button class="plain" data-words ?disabled=${this.busy} @click=${() => this.ask('acting')}>
            ${t('alert.with_words')}
          </button>`}
    </div>`
  }

  private ask(what: Asking) {
    this.asking = this.asking === what ? '' : what
    this.error = ''
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('toguna-field')?.focus())
  }

  private typed = (event: Event) => {
    this.why = (event.target as HTMLTextAreaElement).value
    this.error = ''
  }

  private reason() {
    if (this.asking !== 'declined' && this.asking !== 'acting') return nothing
    const word = this.asking
    const submit = (event: Event) => {
      event.preventDefault()
      void this.send(word)
    }
    return html`<form novalidate @submit=${submit}>
      <toguna-field label=${t(`alert.why_${word}`)} error=${this.error}>
        <textarea name="why" rows="2" maxlength="2000" .value=${this.why} @input=${this.typed}></textarea>
      </toguna-field>
      ${this.foot(t('alert.send'))}
    </form>`
  }

  private ending() {
    const now = nowUs()
    if (this.alert.party !== session().party || !isOpen(this.alert, now)) return nothing
    if (this.asking !== 'end')
      return html`<div class="row"><button data-end @click=${() => this.ask('end')}>${t('alert.end')}</button></div>`
    const submit = (event: Event) => {
      event.preventDefault()
      if (this.why.trim()) void this.sign(() => end(this.alert, this.outcome, this.why.trim()), 'alert.end_said')
      else this.error = t('alert.needed')
    }
    const choose = (event: Event) => (this.outcome = (event.target as HTMLSelectElement).value)
    return html`<form novalidate @submit=${submit}>
      <toguna-field label=${t('alert.end_how')}>
        <select name="outcome" .value=${this.outcome} @change=${choose}>
          ${['over', 'cancelled', 'replaced'].map((one) => html`<option value=${one}>${t(`alert.end_${one}`)}</option>`)}
        </select>
      </toguna-field>
      <toguna-field label=${t('alert.end_why')} error=${this.error}>
        <textarea name="end-why" rows="2" maxlength="2000" .value=${this.why} @input=${this.typed}></textarea>
      </toguna-field>
      ${this.foot(t('alert.end_do'))}
    </form>`
  }

  private foot(text: string) {
    return html`<div class="row">
      <button class="main" type="submit" ?disabled=${this.busy}><toguna-icon name="sign"></toguna-icon>${text}</button>
      <button type="button" @click=${() => (this.asking = '')}>${t('alert.back')}</button>
    </div>`
  }

  override render() {
    return html`${this.words()} ${this.reason()} ${this.ending()}
    ${this.problem
      ? html`<p class="notice bad" role="alert">${t('alert.not_said')} ${this.problem}</p>`
      : nothing}`
  }
}
define('toguna-alert-answer', TogunaAlertAnswer)
