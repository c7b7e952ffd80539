/** `<toguna-plan>`: one plan: how it stands, what is missing in words, what it touches and meets,
 *  who has said what, and what we can do about it now. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { recordHash } from '../house/route'
import { moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName, partyName } from '../parts/small'
import './compare'
import './drawing'
import { missingOf, PLAN_SIGNS, type Plan, type Step } from './plan-shapes'
import './reason'
import { say } from './saying'
import './verdict'
import './words'
import './words.plans'

interface Doing {
  name: string
  noun: string
  body: (text: string) => object
  office?: string
}

export class TogunaPlan extends DeskElement {
  static override properties = { plan: { attribute: false }, doing: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      article.card {
        display: grid;
        gap: 10px;
        border-left-width: 6px;
      }
      article.card.bad {
        border-left-color: var(--bad);
      }
      article.card.warn {
        border-left-color: var(--warn);
      }
      article.card.good {
        border-left-color: var(--good);
      }
      p {
        margin: 0;
      }
      h2 a {
        color: var(--ink);
        text-underline-offset: 3px;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        display: grid;
        gap: 3px;
      }
      .text {
        white-space: pre-line;
      }
      .halves {
        display: grid;
        gap: 10px;
        align-items: start;
      }
      @container (min-width: 40rem) {
        .halves {
          grid-template-columns: minmax(0, 1fr) 19rem;
        }
      }
    `,
  ]
  plan!: Plan
  private doing: Doing | null = null

  override render() {
    const { plan } = this
    const { icon, tone } = PLAN_SIGNS[plan.state] ?? { icon: 'minus', tone: '' }
    return html`<article class="card ${tone}" data-address=${plan.address} data-state=${plan.state}>
      <p class="row small">
        <span class="chip ${tone}"><toguna-icon name=${icon}></toguna-icon>${t(`plan.state.${plan.state}`)}</span>
        <toguna-party id=${plan.party}></toguna-party> <toguna-when us=${plan.at}></toguna-when>
        ${plan.checked ? nothing : html`<span class="chip bad"><toguna-icon name="alert"></toguna-icon>${t('plan.unchecked', { party: plan.party })}</span>`}
      </p>
      <h2><a href=${recordHash(plan.address)}>${plan.title}</a></h2>
      <p class="text">${plan.text}</p>
      ${plan.missing.length ? this.missing() : nothing}
      ${plan.review_due_us && plan.state !== 'reviewed'
        ? html`<p>${t('plan.review_due')} <toguna-when due us=${plan.review_due_us}></toguna-when></p>`
        : nothing}
      <div class="halves">
        <div>
          <toguna-verdicts .verdicts=${plan} .waived=${plan.waived}></toguna-verdicts>
          <dl class="facts">
            <dt>${t('plan.contributors')}</dt>
            <dd>${plan.contributors.map(partyName).join(', ')}</dd>
            <dt>${t('plan.desk')}</dt>
            <dd>${plan.desk}</dd>
            ${plan.until_us && plan.until_us < 4e15 ? html`<dt>${t('operation.until')}</dt><dd>${moment(plan.until_us)}</dd>` : nothing}
          </dl>
        </div>
        <toguna-drawing .volumes=${plan.volumes} .marks=${plan.meets.map((one) => ({ name: one.party, box: one.box }))}></toguna-drawing>
      </div>
      ${plan.steps.length ? html`<section><h3>${t('plan.steps')}</h3><ul>${plan.steps.map((one) => this.step(one))}</ul></section>` : nothing}
      ${eyes() ? nothing : this.does()}
    </article>`
  }

  private missing() {
    const line = (text: string) => {
      const [what, whom] = missingOf(text)
      const site = this.plan.touched.find((one) => one.address === whom)?.name
      const named = whom.includes('/') ? html`<a href=${recordHash(whom)}>${site ?? whom}</a>` : partyName(whom)
      return html`<li data-missing=${text}><toguna-icon name="close"></toguna-icon> ${t(`plan.missing.${what}`)} : ${named}</li>`
    }
    return html`<section><h3>${t('plan.missing')}</h3><ul>${this.plan.missing.map(line)}</ul></section>`
  }

  private step(one: Step) {
    const no = one.lawful === false || one.approved === false
    return html`<li data-step=${one.noun}>
      <span class="row small">
        <b>${t(`plan.step.${one.noun}${no ? '.no' : ''}`)}</b> <toguna-party id=${one.party}></toguna-party>
        ${officeName(one.office)} <toguna-when us=${one.at}></toguna-when>
      </span>
      <span class="small">« ${one.text ?? one.why ?? ''} »</span>
    </li>`
  }

  /** What we can say about it now. */
  private possible(): Doing[] {
    const { plan } = this
    const { party, offices } = session()
    const open = ['draft', 'approved', 'reopened'].includes(plan.state)
    const ours = plan.party === party
    const found: Doing[] = []
    const text = (noun: string, more: object = {}, name = noun, office?: string) =>
      found.push({ name, noun, office, body: (said) => ({ text: said, ...more }) })
    if (plan.contributors.includes(party)) {
      if (open && offices.includes('legal')) {
        text('check', { lawful: true }, 'check', 'legal')
        text('check', { lawful: false }, 'check.no', 'legal')
      }
      if (open) {
        text('approval', { approved: true })
        text('approval', { approved: false }, 'approval.no')
      }
      if (['closed', 'review overdue', 'reviewed'].includes(plan.state)) text('review')
    }
    if (ours && plan.state === 'approved') text('start')
    if (ours && ['running', 'reopened'].includes(plan.state)) text('close')
    return found
  }

  private waivers(): (Doing & { site: string })[] {
    const { plan } = this
    if (!plan.contributors.includes(session().party)) return []
    const left = new Map(plan.touched.filter((one) => !plan.waived.includes(one.address)).map((one) => [one.address, one.name]))
    return [...left].map(([thing, site]) => ({
      name: `waiver ${thing}`, noun: 'waiver', site, body: (why: string) => ({ thing, why }),
    }))
  }

  private sign = async (text: string) => {
    const { doing, plan } = this
    if (!doing) return
    await say({ kind: `operations.${doing.noun}`, body: doing.body(text), about: plan, office: doing.office })
    this.doing = null
    this.tell('toguna-answered')
  }

  private does() {
    const { doing, plan } = this
    const button = (one: Doing, text: string) => html`<button
      data-do=${one.name}
      aria-pressed=${doing?.name === one.name}
      @click=${() => (this.doing = doing?.name === one.name ? null : one)}
    >
      ${text}
    </button>`
    return html`<div class="row">
        ${this.possible().map((one) => button(one, t(`plan.do.${one.name}`)))}
        ${this.waivers().map((one) => button(one, `${t('plan.do.waiver')} ${one.site}`))}
      </div>
      ${doing
        ? html`<toguna-reason
            label=${t(`plan.why.${doing.noun}`)}
            hint=${doing.noun === 'waiver' ? t('plan.two_persons') : ''}
            does=${t('plan.sign')}
            .run=${this.sign}
            @toguna-back=${() => (this.doing = null)}
          ></toguna-reason>`
        : nothing}
      ${plan.party === session().party && ['draft', 'approved', 'reopened', 'running'].includes(plan.state)
        ? html`<toguna-compare-plans plan=${plan.address} .volumes=${plan.volumes}></toguna-compare-plans>`
        : nothing}`
  }
}
define('toguna-plan', TogunaPlan)
