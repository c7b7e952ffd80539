/** `<toguna-consent-card>`: somebody asks whether a record of ours may go on. Who, what, to whom,
 *  why; yes, yes until, or no with a reason; few taps, one signature. */

import { css, html, nothing } from 'lit'

import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { titleOf } from '../house/naming'
import { recordHash } from '../house/route'
import { sentence } from '../house/sentences'
import type { Shown } from '../house/shapes'
import { signAct } from '../house/signing'
import { quote, t } from '../house/words'
import '../desk/label'
import { base } from '../parts/base'
import '../parts/index'
import { partyName } from '../parts/small'
import { problemText, toast } from '../parts/toast'
import { shownAt } from './home'
import type { RequestDoc } from './requests'
import './words.form'
import './words.view'

type Answer = 'yes' | 'yes_until' | 'no'

export class TogunaConsentCard extends DeskElement {
  static override properties = {
    request: { attribute: false },
    shown: { state: true },
    answer: { state: true },
    until: { state: true },
    why: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      .card {
        border-color: var(--warn);
        border-width: 2px;
        margin-bottom: 12px;
      }
      h3 {
        margin-bottom: 8px;
        font-size: 1.05rem;
      }
      dl {
        margin-bottom: 10px;
      }
      .answers {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: 8px;
        margin: 10px 0;
      }
      .answers button {
        min-height: 44px;
      }
      footer {
        justify-content: flex-end;
      }
      details {
        margin-bottom: 6px;
      }
      summary {
        cursor: pointer;
        color: var(--mark);
      }
    `,
  ]
  request!: RequestDoc
  shown: Shown | null = null
  answer: Answer | null = null
  until = ''
  why = ''
  problems: { until?: string; why?: string } = {}
  problem = ''
  busy = false

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('request')) void shownAt(this.request.about).then((shown) => (this.shown = shown), () => undefined)
  }

  private choose(answer: Answer) {
    this.answer = answer
    this.problems = {}
    const field = answer === 'yes_until' ? 'input' : answer === 'no' ? 'textarea' : ''
    if (field) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(field)?.focus())
  }

  private body(): object | null {
    const { onto } = this.request
    const why = this.why.trim()
    const until_us = this.until ? Date.parse(`${this.until}Z`) * 1000 : NaN
    this.problems = {}
    if (this.answer === 'yes_until' && !(until_us > nowUs())) this.problems = { until: t(this.until ? 'release.until_past' : 'form.needed') }
    if (this.answer === 'no' && !why) this.problems = { why: t('form.needed') }
    if (Object.keys(this.problems).length) return null
    return { allowed: this.answer !== 'no', onto, ...(why && { why }), ...(this.answer === 'yes_until' && { until_us }) }
  }

  private send = async () => {
    const body = this.body()
    if (!body || this.busy) return
    this.busy = true
    this.problem = ''
    const { about, party } = this.request
    try {
      const sent = await signAct({ act: 'write', kind: 'sharing.consent', body, about, label: { to: [party] } })
      if (sent) {
        toast(t('consent.sent', { party: partyName(party) }), 'good')
        this.tell('toguna-asked')
      }
    } catch (error) {
      this.problem = problemText(error)
    }
    this.busy = false
  }

  private renderAnswer() {
    if (!this.answer) return html`<p class="soft small">${t('consent.silence')}</p>`
    const party = partyName(this.request.party)
    return html`${this.answer === 'yes_until'
        ? html`<toguna-field label=${t('consent.until')} error=${sentence(this.problems.until ?? '')}>
            <input type="datetime-local" name="until" .value=${this.until} @input=${(e: Event) => (this.until = (e.target as HTMLInputElement).value)} />
          </toguna-field>`
        : nothing}
      <toguna-field label=${t(this.answer === 'no' ? 'consent.why_no' : 'consent.why_yes', { party })} ?optional=${this.answer !== 'no'} error=${this.problems.why ?? ''}>
        <textarea name="why" rows="2" maxlength="2000" .value=${this.why} @input=${(e: Event) => (this.why = (e.target as HTMLTextAreaElement).value)}></textarea>
      </toguna-field>
      <footer class="row">
        <button class="main" data-next ?disabled=${this.busy} @click=${this.send}><toguna-icon name="sign"></toguna-icon>${t('consent.next')}</button>
      </footer>`
  }

  private renderWhat() {
    const { about } = this.request
    if (this.shown?.gone) return html`<p class="notice">${t('consent.gone')}</p>`
    const title = this.shown?.record ? titleOf(this.shown.record.body) : ''
    return html`<a href=${recordHash(about)}>${title || about}</a> <span class="mono soft small">${about}</span>`
  }

  override render() {
    const { party, onto, why, at } = this.request
    const label = this.shown?.record?.label
    const button = (answer: Answer, tone = '') => html`<button
      class=${tone} data-answer=${answer} aria-pressed=${this.answer === answer ? 'true' : 'false'} @click=${() => this.choose(answer)}
    >${t(`consent.${answer}`)}</button>`
    return html`<div class="card" data-consent=${this.request.address}>
      <h3>${t('consent.title', { party: partyName(party) })}</h3>
      <dl class="facts">
        <dt>${t('consent.what')}</dt><dd>${this.renderWhat()}</dd>
        <dt>${t('consent.onto')}</dt><dd><toguna-party id=${onto} long></toguna-party></dd>
        <dt>${t('consent.why')}</dt><dd>${quote(sentence(why))} <span class="soft small"><toguna-when us=${at}></toguna-when></span></dd>
      </dl>
      ${label ? html`<details><summary>${t('consent.label')}</summary><toguna-label .label=${label}></toguna-label></details>` : nothing}
      ${this.shown?.gone ? nothing : html`<div class="answers">${button('yes')} ${button('yes_until')} ${button('no', 'grave')}</div>${this.renderAnswer()}`}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
    </div>`
  }
}
define('toguna-consent-card', TogunaConsentCard)
