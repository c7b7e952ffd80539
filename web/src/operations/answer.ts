/** `<toguna-consent-answer>`: the host's answer to a request: yes, yes with limits, no. One tap
 *  chooses, one signs. Tells `toguna-answered`. */

import { css, html, nothing } from 'lit'

import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { Problem } from '../house/api'
import { sentence } from '../house/sentences'
import { moment } from '../house/shape'
import { hasWords, locale, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/field'
import '../parts/icon'
import { problemText, toast } from '../parts/toast'
import { answerDraft, answerOf, type AnswerDraft } from './draft'
import { say } from './saying'
import { kilometres, WORD_SIGNS, type Request, type Terms, type Word } from './shapes'
import './words'

const WORDS: readonly Word[] = ['yes', 'limits', 'no']
const REASONS = ['now', 'civilians', 'others'] as const

export class TogunaConsentAnswer extends DeskElement {
  static override properties = {
    request: { attribute: false },
    terms: { attribute: false },
    draft: { state: true },
    problems: { state: true },
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
      .words {
        display: grid;
        grid-template-columns: 1fr 1.5fr 1fr;
        gap: 8px;
      }
      .words button {
        min-height: 60px;
        font-size: 1.05rem;
        line-height: 1.15;
        padding: 6px;
        flex-wrap: wrap;
      }
      .words [data-answer='yes'] {
        border: 2px solid var(--good);
        color: var(--good);
      }
      .words [data-answer='limits'] {
        border: 2px solid var(--warn);
        color: var(--warn);
      }
      .words [data-answer='no'] {
        border: 2px solid var(--bad);
        color: var(--bad);
      }
      .words [aria-pressed='true'] {
        box-shadow: inset 0 0 0 2px currentColor;
      }
      form {
        display: grid;
        gap: 8px;
      }
      toguna-field {
        margin: 0;
      }
      .limits {
        display: grid;
        gap: 8px;
        grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
      }
      button[type='submit'] {
        min-height: 52px;
        width: 100%;
        font-size: 1.05rem;
      }
      .sum {
        margin: 0;
        font-weight: 600;
      }
    `,
  ]
  request!: Request
  terms?: Terms
  private draft: AnswerDraft | null = null
  private problems: Record<string, string> = {}
  private problem = ''
  private busy = false

  private choose(word: Word) {
    this.draft = this.draft?.word === word ? null : answerDraft(this.request, word, this.terms, nowUs())
    this.problems = {}
    this.problem = ''
    void this.updateComplete.then(() => {
      const sign = this.renderRoot.querySelector<HTMLElement>('form')
      sign?.scrollIntoView({ block: 'nearest' })
    })
  }

  private put(changes: Partial<AnswerDraft>) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
    this.problems = {}
  }

  private submit = async (event: Event) => {
    event.preventDefault()
    if (this.busy || !this.draft) return
    const { body, problems } = answerOf(this.draft, this.request)
    this.problems = problems
    this.problem = ''
    if (Object.keys(problems).length) return this.showFirst()
    this.busy = true
    try {
      const { urgent: flash } = this.request
      const address = await say({ kind: 'operations.consent', body, about: this.request, flash })
      toast(t('operation.answered', { address }), 'good')
      this.draft = null
      this.tell('toguna-answered')
    } catch (error) {
      const where = error instanceof Problem ? error.where.replace(/^\$?\.?(body\.)?/, '') : ''
      if (error instanceof Problem && this.renderRoot.querySelector(`[data-field="${CSS.escape(where)}"]`))
        this.problems = { [where]: error.what }
      else this.problem = problemText(error)
    }
    this.busy = false
  }

  private showFirst() {
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('toguna-field[error]:not([error=""])')?.focus(),
    )
  }

  private field(name: keyof AnswerDraft, field: string, type = 'text', mode = '') {
    const error = this.problems[field]
    return html`<toguna-field
      data-field=${field}
      label=${t(`operation.limit.${name}`)}
      error=${error ? sentence(error) : ''}
    >
      <input
        name=${name}
        type=${type}
        inputmode=${mode || nothing}
        autocomplete="off"
        maxlength="2000"
        .value=${this.draft?.[name] ?? ''}
        @input=${(event: Event) => this.put({ [name]: (event.target as HTMLInputElement).value })}
      />
    </toguna-field>`
  }

  private limits() {
    return html`${this.terms
        ? html`<p class="small soft">${t('operation.from_terms', { address: this.terms.address })}</p>`
        : nothing}
      <div class="limits">
        ${this.field('depth_km', 'depth_m', 'text', 'decimal')} ${this.field('ceiling_m', 'ceiling_m', 'text', 'numeric')}
        ${this.field('until', 'until_us', 'datetime-local')}
      </div>
      ${this.field('conditions', 'conditions')}`
  }

  private reasons() {
    return html`<div class="row" role="group" aria-label=${t('operation.reasons')}>
        ${REASONS.map((reason) => {
          const text = t(`operation.reason.${reason}`)
          return html`<button
            type="button"
            data-reason=${reason}
            aria-pressed=${this.draft?.why === text}
            @click=${() => this.put({ why: text })}
          >
            ${text}
          </button>`
        })}
      </div>
      ${this.field('why', 'why')}`
  }

  /** What is about to be signed, in one sentence. */
  private sum(draft: AnswerDraft) {
    const { request } = this
    if (draft.word !== 'yes') return t(`operation.sum.${draft.word}`, { party: request.party })
    return t('operation.sum.yes', {
      party: request.party,
      depth: kilometres(request.depth_m, locale()),
      until: moment(request.volume.until_us ?? 0),
    })
  }

  override render() {
    const { draft } = this
    return html`<div class="words" role="group" aria-label=${t('operation.our_answer')}>
        ${WORDS.map(
          (word) => html`<button
            data-answer=${word}
            aria-pressed=${draft?.word === word}
            ?disabled=${this.busy}
            @click=${() => this.choose(word)}
          >
            <toguna-icon name=${WORD_SIGNS[word].icon}></toguna-icon>${t(`operation.say.${word}`)}
          </button>`,
        )}
      </div>
      ${draft
        ? html`<form novalidate @submit=${this.submit}>
            ${draft.word === 'limits' ? this.limits() : draft.word === 'no' ? this.reasons() : nothing}
            <p class="sum" role="status">${this.sum(draft)}</p>
            <button class="main" type="submit" data-sign ?disabled=${this.busy}>
              <toguna-icon name="sign"></toguna-icon>${t(this.busy ? 'writing.sending' : `operation.sign.${draft.word}`)}
            </button>
          </form>`
        : nothing}
      ${this.problem
        ? html`<p class="notice bad" role="alert">${t('operation.not_said')} ${hasWords(this.problem) ? t(this.problem) : this.problem}</p>`
        : nothing}`
  }
}
define('toguna-consent-answer', TogunaConsentAnswer)
