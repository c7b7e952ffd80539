/** `<toguna-passage>`: a request to cross, readable in ten seconds: who, where, until when, how
 *  high, on which conditions; every answer; ours to give. `full` shows all of it. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { nowUs, Ticks } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { eyes } from '../house/eyes'
import { hashOf, recordHash } from '../house/route'
import { duration, moment, number } from '../house/shape'
import { locale, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName, partyName } from '../parts/small'
import './answer'
import './drawing'
import './reason'
import { say } from './saying'
import { isOurs, kilometres, SIGNS, WORD_SIGNS, type Answered, type Request, type Terms } from './shapes'
import './words'

export class TogunaPassage extends DeskElement {
  static override properties = {
    request: { attribute: false },
    names: { attribute: false },
    terms: { attribute: false },
    full: { type: Boolean },
    taking: { state: true },
  }
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
      article.card.good {
        border-left-color: var(--good);
      }
      article.card.warn {
        border-left-color: var(--warn);
      }
      .who {
        font-size: 1.12rem;
        font-weight: 600;
        margin: 0;
        line-height: 1.3;
      }
      h2 a {
        color: var(--ink);
        text-underline-offset: 3px;
      }
      .state {
        font-weight: 700;
        font-size: 1rem;
        margin: 0;
        display: flex;
        gap: 6px;
        align-items: center;
      }
      .state.bad {
        color: var(--bad);
      }
      .state.good {
        color: var(--good);
      }
      .state.warn {
        color: var(--warn);
      }
      .state + .small {
        margin: -8px 0 0;
      }
      .body {
        display: grid;
        gap: 10px;
      }
      dl.keys {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 3px 12px;
        margin: 0;
        align-content: start;
      }
      .keys dt {
        color: var(--ink-soft);
      }
      .keys dd {
        margin: 0;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 6px;
      }
      li.gone .word {
        text-decoration: line-through;
      }
      .ours {
        position: sticky;
        bottom: -12px;
        background: var(--paper-raised);
        padding: 8px 0;
        border-top: 1px solid var(--line);
      }
      @container (min-width: 40rem) {
        .body.drawn {
          grid-template-columns: minmax(0, 1fr) 19rem;
        }
        .ours {
          position: static;
          max-width: 36rem;
        }
      }
    `,
  ]
  request!: Request
  /** What units are called, by their addresses. */
  names: ReadonlyMap<string, string> = new Map()
  terms?: Terms
  full = false
  private taking = ''

  constructor() {
    super()
    new Ticks(this, 10_000)
  }

  override render() {
    const { request } = this
    const { tone, icon } = SIGNS[request.state]
    const ours = isOurs(request, session().party) && !eyes()
    const silent = request.state === 'no_consent'
    return html`<article class="card ${tone}" data-address=${request.address} data-state=${request.state}>
      <header class="row small">
        ${request.urgent ? html`<span class="chip flash"><toguna-icon name="flash"></toguna-icon>${t('operation.urgent')}</span>` : nothing}
        ${this.begins()}
        <toguna-when us=${request.at}></toguna-when>
      </header>
      <h2><a href=${recordHash(request.address)}>${request.title}</a></h2>
      <p class="who">${t('operation.who', { party: partyName(request.party), host: partyName(request.host) })}</p>
      <p class="state ${tone}"><toguna-icon name=${icon}></toguna-icon>${t(`operation.state.${request.state}`)}</p>
      ${silent
        ? html`<p class="small">${t('operation.silence', { host: partyName(request.host) })}</p>`
        : nothing}
      ${request.disagree ? html`<p class="notice bad" role="alert">${t('operation.disagree', { host: partyName(request.host) })}</p>` : nothing}
      <div class="body drawn">
        ${this.facts()}
        <toguna-drawing
          .volumes=${[request.volume]}
          .border=${request.border}
          .depth_m=${request.granted?.depth_m ?? request.depth_m}
          near=${request.party}
          far=${request.host}
        ></toguna-drawing>
      </div>
      ${request.answers.length ? this.answers() : nothing}
      ${ours && (silent || this.full || request.disagree)
        ? html`<div class="ours">
            <toguna-consent-answer .request=${request} .terms=${this.terms}></toguna-consent-answer>
          </div>`
        : ours
          ? html`<p><a href=${hashOf('operations', ['answer', ...request.address.split('/')])}>${t('operation.answer_again')}</a></p>`
          : nothing}
    </article>`
  }

  private begins() {
    const from_us = this.request.volume.from_us ?? 0
    return html`<span class="chip ${from_us < nowUs() ? 'warn' : ''}"
      ><toguna-icon name="clock"></toguna-icon>${t('operation.begins')} <toguna-when us=${from_us}></toguna-when
    ></span>`
  }

  private facts() {
    const { request } = this
    const { from_us = 0, until_us = 0, floor_m, ceiling_m } = request.volume
    const given = request.granted
    const units = request.units.map((unit) => this.names.get(unit) ?? unit)
    return html`<dl class="keys">
      <dt>${t('operation.units')}</dt>
      <dd data-fact="units">${units.join(', ')}</dd>
      <dt>${t('operation.how_deep')}</dt>
      <dd data-fact="depth">${this.narrowed(t('operation.up_to', { depth: kilometres(request.depth_m, locale()) }),
        given && given.depth_m < request.depth_m ? kilometres(given.depth_m, locale()) : '')}</dd>
      <dt>${t('operation.from')}</dt>
      <dd>${this.narrowed(moment(from_us), given && given.from_us > from_us ? moment(given.from_us) : '')}</dd>
      <dt>${t('operation.until')}</dt>
      <dd data-fact="until">${this.narrowed(`${moment(until_us)} (${duration(until_us - from_us)})`,
        given && given.until_us < until_us ? moment(given.until_us) : '')}</dd>
      <dt>${t('operation.height')}</dt>
      <dd>${this.narrowed(band(floor_m, ceiling_m),
        given?.ceiling_m !== undefined && given.ceiling_m !== ceiling_m ? band(given.floor_m, given.ceiling_m) : '')}</dd>
      <dt>${t('operation.why')}</dt>
      <dd>${request.why}</dd>
      ${request.conditions ? html`<dt>${t('operation.undertakes')}</dt><dd>${request.conditions}</dd>` : nothing}
      ${given?.conditions?.length ? html`<dt>${t('operation.on_condition')}</dt><dd data-fact="conditions">${given.conditions.join(' · ')}</dd>` : nothing}
    </dl>`
  }

  /** What was asked for, and in its place what was granted where that is less. */
  private narrowed(asked: string, granted: string) {
    return granted ? html`<s class="soft">${asked}</s> ${granted}` : asked
  }

  private answers() {
    return html`<section aria-label=${t('operation.answers')}>
      <h3>${t('operation.answers')}</h3>
      <ul>
        ${this.request.answers.map((one) => this.answered(one))}
      </ul>
    </section>`
  }

  private answered(one: Answered) {
    const { icon, tone } = WORD_SIGNS[one.answer]
    const mine = one.party === session().party && !one.revoked_us && this.request.state !== 'over' && !eyes()
    return html`<li class=${one.revoked_us ? 'gone' : ''} data-word=${one.answer}>
      <div class="row">
        <span class="chip word ${one.revoked_us ? '' : tone}"
          ><toguna-icon name=${icon}></toguna-icon>${t(`operation.say.${one.answer}`)}</span
        >
        <toguna-party id=${one.party}></toguna-party> <span>${officeName(one.office)}</span>
        <toguna-when us=${one.at}></toguna-when>
        <span class="soft small">${one.address}</span>
        ${mine && this.taking !== one.address
          ? html`<button data-revoke @click=${() => (this.taking = one.address)}>${t('operation.revoke')}</button>`
          : nothing}
      </div>
      ${[one.why, one.conditions].filter(Boolean).map((text) => html`<p class="small">« ${text} »</p>`)}
      ${one.revoked_us
        ? html`<p class="small state bad"><toguna-icon name="recall"></toguna-icon>${t('operation.revoked', { when: moment(one.revoked_us), why: one.revoked_why ?? '' })}</p>`
        : nothing}
      ${this.taking === one.address
        ? html`<toguna-reason
            label=${t('operation.revoke_why')}
            does=${t('operation.revoke_do')}
            .run=${(why: string) => this.revoke(one, why)}
            @toguna-back=${() => (this.taking = '')}
          ></toguna-reason>`
        : nothing}
    </li>`
  }

  private revoke = async (one: Answered, why: string) => {
    const { party, to } = this.request
    const about = { address: one.address, party, to: [...to, party] }
    await say({ kind: 'operations.revocation', body: { why }, about, flash: true })
    this.taking = ''
    this.tell('toguna-answered')
  }
}
define('toguna-passage', TogunaPassage)

/** A band of heights in words. */
export function band(floor_m?: number, ceiling_m?: number): string {
  if (floor_m === undefined && ceiling_m === undefined) return t('operation.any_height')
  const low = floor_m === undefined ? t('operation.ground') : `${number(floor_m)} m`
  return ceiling_m === undefined ? t('operation.above', { low }) : `${low} – ${number(ceiling_m)} m`
}
