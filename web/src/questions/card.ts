/** `<toguna-question>`: a question, who owes an answer, what was answered, and our own answer. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { nowUs, Ticks } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { textOf, titleOf } from '../house/naming'
import { recordHash } from '../house/route'
import { duration, exactMoment, moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName, partyName } from '../parts/small'
import './closing'
import './reply'
import { owes, SIGNS, stateNow, type Asked, type Priority, type Question, type Reply } from './shapes'
import './words'

const TONES: Record<Priority, string> = { flash: 'flash', urgent: 'warn', routine: '' }

export class TogunaQuestion extends DeskElement {
  static override properties = { question: { attribute: false }, full: { type: Boolean } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      article.card {
        display: grid;
        gap: 10px;
      }
      :host([full]) article.card {
        border: 0;
        padding: 0;
        background: none;
      }
      :host(:not([full])) header {
        display: grid;
        gap: 4px;
      }
      p {
        margin: 0;
      }
      .text {
        white-space: pre-line;
        margin: 0;
      }
      h2 a {
        color: var(--ink);
        text-decoration-thickness: 1px;
        text-underline-offset: 3px;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 6px;
      }
      li {
        border: 1px solid var(--line-strong);
        border-left-width: 5px;
        border-radius: var(--radius);
        padding: 4px 10px;
        background: var(--paper);
      }
      .state {
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
        color: var(--ink-soft);
        font-weight: 400;
      }
      blockquote {
        margin: 6px 0 2px;
        white-space: pre-line;
      }
    `,
  ]
  question!: Question
  full = false

  constructor() {
    super()
    new Ticks(this, 10_000)
  }

  override render() {
    const { question } = this
    const ours = session().party
    const due = question.state === 'open' && question.asked.some((one) => ['open', 'overdue'].includes(one.state))
    return html`<article class="card" data-address=${question.address}>
      <header>
        <p class="row small">
          <span class="chip ${due ? TONES[question.priority] : ''}">${t(`question.priority.${question.priority}`)}</span>
          ${question.state === 'closed'
            ? html`<span class="chip" title=${question.close?.why ?? ''}>${t('question.closed')}</span>`
            : nothing}
          ${this.full
            ? nothing
            : html`<span>${t('question.by')} <toguna-party id=${question.party}></toguna-party> ${officeName(question.office)}</span>
                <toguna-when us=${question.at}></toguna-when>`}
        </p>
        ${this.full ? nothing : html`<h2><a href=${recordHash(question.address)}>${titleOf({ ...question })}</a></h2>`}
      </header>
      <p class="text">${textOf({ ...question })}</p>
      ${question.refs?.length ? html`<p class="small">${t('question.about')} ${links(question.refs)}</p>` : nothing}
      <p class="small">
        ${t('question.due')} ${moment(question.due_us)}
        ${due ? html`· <toguna-when due us=${question.due_us}></toguna-when>` : nothing} ·
        ${t('question.for')} ${officeName(question.for_office)}
      </p>
      <ul aria-label=${t('question.asked')}>
        ${question.asked.map((one) => this.one(one))}
      </ul>
      ${owes(question, ours) ? html`<toguna-question-reply .question=${question}></toguna-question-reply>` : nothing}
      ${question.party === ours && question.state === 'open'
        ? html`<toguna-question-closing .question=${question}></toguna-question-closing>`
        : nothing}
    </article>`
  }

  private one(asked: Asked) {
    const state = stateNow(this.question, asked, nowUs())
    const { icon, tone } = SIGNS[state]
    return html`<li class=${tone} data-party=${asked.party} data-state=${state}>
      <div class="row">
        <toguna-party id=${asked.party}></toguna-party> <span>${partyName(asked.party)}</span>
        <span class="state"><toguna-icon name=${icon}></toguna-icon>${t(`question.state.${state}`)}</span>
        ${asked.answer_s !== undefined && asked.answered_us
          ? html`<span title=${exactMoment(asked.answered_us)}
              >${t('question.after', { span: duration(asked.answer_s * 1_000_000) })}</span
            >`
          : nothing}
      </div>
      ${state === 'not_told' ? html`<p class="small soft">${t('question.not_told_why')}</p>` : nothing}
      ${(asked.replies ?? []).map((reply) => this.reply(reply))}
    </li>`
  }

  private reply(reply: Reply) {
    return html`<blockquote>${reply.cannot_answer ? reply.why : reply.text}</blockquote>
      <p class="small soft">
        ${moment(reply.at)} · ${officeName(reply.office)} · <a href=${recordHash(reply.address)}>${reply.address}</a>
        ${reply.final || reply.cannot_answer ? nothing : html`· ${t('question.part')}`}
        ${reply.refs?.length ? html`· ${t('question.rests_on')} ${links(reply.refs)}` : nothing}
      </p>`
  }
}
define('toguna-question', TogunaQuestion)

function links(addresses: readonly string[]) {
  return addresses.map((one) => html`<a class="mono" href=${recordHash(one)}>${one}</a> `)
}
