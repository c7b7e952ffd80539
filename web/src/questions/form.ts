/** `<toguna-question-form>`: a new question. What is typed stays when the node refuses. */

import { css, html, nothing } from 'lit'

import { Problem } from '../house/api'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { go, recordHash } from '../house/route'
import { sentence } from '../house/sentences'
import { signAct } from '../house/signing'
import { placeNamed, withoutPath } from '../house/where'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/field'
import '../parts/icon'
import '../parts/party-ticks'
import { officeName } from '../parts/small'
import { problemText, toast } from '../parts/toast'
import { dueText, emptyAsking, questionOf, type Asking } from './shapes'
import './words'

const HOUR_US = 3_600_000_000
const OFFICES = ['duty', 'liaison', 'analyst', 'j3', 'j4', 'air', 'protection', 'command', 'field']
const PRIORITIES = ['routine', 'urgent', 'flash'] as const
const QUICK: readonly [number, string, number][] = [
  [1, 'question.in_hours', 1], [6, 'question.in_hours', 6], [24, 'question.in_hours', 24], [72, 'question.in_days', 3],
]
const FIELDS: Record<string, keyof Asking> = { 'label.to': 'to', due_us: 'due', title: 'title', text: 'text', refs: 'refs' }

export class TogunaQuestionForm extends DeskElement {
  static override properties = {
    about: {},
    draft: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
    english: { state: true },
  }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .twos {
        display: grid;
        gap: 0 12px;
        grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr));
      }
      .quick {
        margin: -8px 0 14px;
      }
      .quick button {
        min-height: var(--touch);
      }
    `,
  ]
  /** The address of a record that the question is about. */
  about = ''
  private draft: Asking = emptyAsking(dueText(nowUs() + 6 * HOUR_US))
  private problems: Partial<Record<keyof Asking, string>> = {}
  private problem = ''
  private busy = false
  private english = false

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('about') && this.about && !this.draft.refs) this.draft = { ...this.draft, refs: this.about }
  }

  private put(changes: Partial<Asking>) {
    this.draft = { ...this.draft, ...changes }
    const left = { ...this.problems }
    for (const name of Object.keys(changes)) delete left[name as keyof Asking]
    this.problems = left
  }

  private submit = async (event: Event) => {
    event.preventDefault()
    if (this.busy) return
    const { body, refs, problems } = questionOf(this.draft, nowUs())
    this.problems = problems
    this.problem = ''
    if (Object.keys(problems).length) return this.showFirst()
    this.busy = true
    try {
      const flash = this.draft.priority !== 'routine'
      const to = this.draft.to
      const said = await signAct({ act: 'write', kind: 'questions.question', body, refs, label: { to }, flash })
      if (said) {
        toast(t('question.given', { address: said.address }), 'good')
        this.draft = emptyAsking(dueText(nowUs() + 6 * HOUR_US))
        go(recordHash(said.address))
      }
    } catch (error) {
      this.refused(error)
    }
    this.busy = false
  }

  private refused(error: unknown) {
    const field = error instanceof Problem ? FIELDS[placeNamed(error.where, error.what)] : undefined
    if (field && error instanceof Problem) {
      this.problems = { [field]: [sentence(withoutPath(error.what)), sentence(error.remedy)].filter(Boolean).join('. ') }
      this.showFirst()
    } else this.problem = problemText(error)
  }

  private showFirst() {
    void this.updateComplete.then(() => {
      const wrong = this.renderRoot.querySelector<HTMLElement>(
        'toguna-field[error]:not([error=""]), toguna-party-ticks[error]:not([error=""])',
      )
      wrong?.scrollIntoView({ block: 'center' })
      wrong?.focus()
    })
  }

  private error(name: keyof Asking): string {
    const said = this.problems[name]
    return said ? sentence(said) : ''
  }

  private line(name: keyof Asking, label: string, hint = '', optional = false, type = 'text') {
    return html`<toguna-field label=${t(label)} hint=${hint ? t(hint) : ''} error=${this.error(name)} ?optional=${optional}>
      <input
        name=${name}
        type=${type}
        autocomplete="off"
        maxlength="200"
        .value=${String(this.draft[name])}
        @input=${(event: Event) => this.put({ [name]: (event.target as HTMLInputElement).value })}
      />
    </toguna-field>`
  }

  private area(name: 'text' | 'text_en', label: string, optional = false) {
    return html`<toguna-field label=${t(label)} error=${this.error(name)} ?optional=${optional}>
      <textarea
        name=${name}
        rows="5"
        maxlength="20000"
        .value=${this.draft[name]}
        @input=${(event: Event) => this.put({ [name]: (event.target as HTMLTextAreaElement).value })}
      ></textarea>
    </toguna-field>`
  }

  private choice(name: 'for_office' | 'priority', label: string, values: readonly string[], say: (one: string) => string) {
    return html`<toguna-field label=${t(label)}>
      <select name=${name} @change=${(event: Event) => this.put({ [name]: (event.target as HTMLSelectElement).value })}>
        ${values.map((one) => html`<option value=${one} ?selected=${this.draft[name] === one}>${say(one)}</option>`)}
      </select>
    </toguna-field>`
  }

  private due() {
    return html`<div>
      ${this.line('due', 'question.due_utc', '', false, 'datetime-local')}
      <div class="row quick">
        ${QUICK.map(
          ([hours, key, n]) => html`<button type="button" @click=${() => this.put({ due: dueText(nowUs() + hours * HOUR_US) })}>
            ${t(key, { n })}
          </button>`,
        )}
      </div>
    </div>`
  }

  override render() {
    const wrong = Object.keys(this.problems).length
    return html`<form novalidate @submit=${this.submit}>
      <toguna-party-ticks
        label=${t('question.to')}
        error=${this.error('to')}
        .chosen=${this.draft.to}
        @toguna-parties=${(event: Event) => this.put({ to: (event as CustomEvent<string[]>).detail })}
      ></toguna-party-ticks>
      ${this.line('title', 'question.head', 'question.head_hint')} ${this.area('text', 'question.text')}
      ${this.english
        ? html`${this.line('title_en', 'question.head_en', '', true)} ${this.area('text_en', 'question.text_en', true)}`
        : html`<p><button type="button" class="plain" @click=${() => (this.english = true)}>${t('question.english')}</button></p>`}
      <div class="twos">
        ${this.due()}
        <div>
          ${this.choice('for_office', 'question.for_office', OFFICES, officeName)}
          ${this.choice('priority', 'question.priority', PRIORITIES, (one) => t(`question.priority.${one}`))}
        </div>
      </div>
      ${this.line('refs', 'question.about_refs', 'question.about_hint', true)}
      ${wrong ? html`<p class="notice bad" role="alert">${t('question.problems', { n: wrong })}</p>` : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${t('question.refused')} : ${this.problem}</p>` : nothing}
      <button class="main" type="submit" ?disabled=${this.busy}>
        <toguna-icon name="sign"></toguna-icon>${t(this.busy ? 'question.sending' : 'question.send')}
      </button>
    </form>`
  }
}
define('toguna-question-form', TogunaQuestionForm)
