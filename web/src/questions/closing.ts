/** `<toguna-question-closing>`: an own question needs no answer any more. */

import { html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { signAct } from '../house/signing'
import { t } from '../house/words'
import '../parts/field'
import { partyIds } from '../parts/party-ticks'
import { problemText, toast } from '../parts/toast'
import type { Question } from './shapes'
import './words'

export class TogunaQuestionClosing extends DeskElement {
  static override properties = {
    question: { attribute: false },
    open: { state: true },
    why: { state: true },
    error: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  question!: Question
  private open = false
  private why = ''
  private error = ''
  private problem = ''
  private busy = false

  private submit = async (event: Event) => {
    event.preventDefault()
    const why = this.why.trim()
    this.error = why ? '' : t('question.needed')
    this.problem = ''
    if (this.busy || !why) return
    this.busy = true
    try {
      const active = partyIds()
      const to = this.question.to.filter((one) => active.includes(one))
      const about = this.question.address
      const said = await signAct({ act: 'write', kind: 'questions.close', body: { why }, about, label: { to } })
      if (said) {
        toast(t('question.close_said', { address: said.address }), 'good')
        this.tell('toguna-answered')
      }
    } catch (error) {
      this.problem = problemText(error)
    }
    this.busy = false
  }

  override render() {
    if (!this.open)
      return html`<button data-close @click=${() => (this.open = true)}>${t('question.close')}</button>`
    return html`<form novalidate @submit=${this.submit}>
      <toguna-field label=${t('question.close_why')} error=${this.error}>
        <textarea
          name="close-why"
          rows="2"
          maxlength="2000"
          .value=${this.why}
          @input=${(event: Event) => (this.why = (event.target as HTMLTextAreaElement).value)}
        ></textarea>
      </toguna-field>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <div class="row">
        <button class="main" type="submit" ?disabled=${this.busy}>${t('question.close_do')}</button>
        <button type="button" @click=${() => (this.open = false)}>${t('question.back')}</button>
      </div>
    </form>`
  }
}
define('toguna-question-closing', TogunaQuestionClosing)
