/** `<toguna-question-reply>`: our answer to a question. Tells `toguna-answered` once it is signed. */

import { css, html, nothing } from 'lit'

import { Problem, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { sentence } from '../house/sentences'
import { signAct } from '../house/signing'
import { placeNamed, withoutPath } from '../house/where'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/field'
import '../parts/icon'
import { partyIds } from '../parts/party-ticks'
import { problemText, toast } from '../parts/toast'
import { emptyReply, replyOf, type Draft, type Question } from './shapes'
import './words'

export class TogunaQuestionReply extends DeskElement {
  static override properties = {
    question: { attribute: false },
    open: { state: true },
    draft: { state: true },
    all: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
    `,
  ]
  question!: Question
  private open = false
  private draft: Draft = emptyReply()
  private all = false
  private problems: Partial<Record<keyof Draft, string>> = {}
  private problem = ''
  private busy = false

  private put(changes: Partial<Draft>) {
    this.draft = { ...this.draft, ...changes }
    const left = { ...this.problems }
    for (const name of Object.keys(changes)) delete left[name as keyof Draft]
    this.problems = left
  }

  private submit = async (event: Event) => {
    event.preventDefault()
    if (this.busy) return
    const { body, refs, problems } = replyOf(this.draft)
    this.problems = problems
    this.problem = ''
    if (Object.keys(problems).length) return this.showFirst()
    this.busy = true
    try {
      const { question } = this
      const flash = question.priority !== 'routine'
      const said = await signAct({
        act: 'write', kind: 'questions.reply', body, refs, about: question.address, label: { to: this.readers() }, flash,
      })
      if (said) {
        toast(t('question.replied', { address: said.address }), 'good')
        this.draft = emptyReply()
        this.open = false
        this.tell('toguna-answered')
      }
    } catch (error) {
      this.refused(error)
    }
    this.busy = false
  }

  private readers(): string[] {
    const { party, to } = this.question
    if (!this.all) return [party]
    const active = partyIds()
    const others = to.filter((one) => one !== session().party && active.includes(one))
    return [...new Set([party, ...others])].sort()
  }

  private refused(error: unknown) {
    const where = error instanceof Problem ? placeNamed(error.where, error.what) : ''
    if (error instanceof Problem && (where === 'refs' || where === 'text' || where === 'why')) {
      this.problems = { [where]: [sentence(withoutPath(error.what)), sentence(error.remedy)].filter(Boolean).join('. ') }
      this.showFirst()
    } else this.problem = problemText(error)
  }

  private showFirst() {
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('toguna-field[error]:not([error=""])')?.focus(),
    )
  }

  private area(name: 'text' | 'why', label: string) {
    const said = this.problems[name]
    return html`<toguna-field label=${t(label)} error=${said ? sentence(said) : ''}>
      <textarea
        name=${name}
        rows=${name === 'text' ? 4 : 2}
        maxlength=${name === 'text' ? 20000 : 2000}
        .value=${this.draft[name]}
        @input=${(event: Event) => this.put({ [name]: (event.target as HTMLTextAreaElement).value })}
      ></textarea>
    </toguna-field>`
  }

  private tick(name: string, label: string, on: boolean, put: (on: boolean) => void) {
    return html`<label class="tick">
      <input
        type="checkbox"
        name=${name}
        .checked=${on}
        @change=${(event: Event) => put((event.target as HTMLInputElement).checked)}
      />${t(label)}
    </label>`
  }

  override render() {
    if (!this.open)
      return html`<button class="main" data-reply @click=${() => (this.open = true)}>
        <toguna-icon name="send"></toguna-icon>${t('question.reply')}
      </button>`
    const { draft } = this
    const refs = this.problems.refs
    return html`<form novalidate @submit=${this.submit}>
      ${this.tick('cannot', 'question.cannot', draft.cannot, (cannot) => this.put({ cannot }))}
      ${draft.cannot
        ? this.area('why', 'question.cannot_why')
        : html`${this.area('text', 'question.reply_text')}
            <toguna-field label=${t('question.refs')} hint=${t('question.refs_hint')} error=${refs ? sentence(refs) : ''} optional>
              <input
                name="refs"
                autocomplete="off"
                spellcheck="false"
                .value=${draft.refs}
                @input=${(event: Event) => this.put({ refs: (event.target as HTMLInputElement).value })}
              />
            </toguna-field>
            ${this.tick('part', 'question.reply_part', draft.part, (part) => this.put({ part }))}`}
      ${this.question.to.length > 1 ? this.tick('all', 'question.tell_all', this.all, (all) => (this.all = all)) : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${t('question.refused')} : ${this.problem}</p>` : nothing}
      <div class="row">
        <button class="main" type="submit" ?disabled=${this.busy}>
          <toguna-icon name="sign"></toguna-icon>${t(this.busy ? 'question.sending' : 'question.send')}
        </button>
        <button type="button" @click=${() => (this.open = false)}>${t('question.back')}</button>
      </div>
    </form>`
  }
}
define('toguna-question-reply', TogunaQuestionReply)
