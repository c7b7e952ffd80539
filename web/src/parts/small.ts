/** Small words of the desk: a grade, a time, a party, an empty place. */

import { css, html, LitElement, nothing } from 'lit'

import { session } from '../house/api'
import { nowUs, Ticks } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { ago, countdown, exactMoment, iso, moment } from '../house/shape'
import { firstOf, Speaks, t } from '../house/words'
import { base } from './base'
import './icon'

/** `<toguna-grade grade="B" credibility="2">`: both in words for whoever asks. */
export class TogunaGrade extends DeskElement {
  static override properties = { grade: {}, credibility: { type: Number } }
  static override styles = [
    base,
    css`
      abbr {
        text-decoration: none;
        font-family: var(--mono);
        font-weight: 600;
        font-size: 0.85em;
        border: 1px solid var(--line-strong);
        border-radius: 3px;
        padding: 0 4px;
        background: var(--paper-raised);
      }
    `,
  ]
  grade = ''
  credibility = 0

  override render() {
    if (!this.grade && !this.credibility) return html`<span class="soft">${t('parts.no_grade')}</span>`
    const words = [
      this.grade ? t(`grade.${this.grade}`) : '',
      this.credibility ? t(`credibility.${this.credibility}`) : '',
    ]
    const said = words.filter(Boolean).join(' · ')
    return html`<abbr title=${said}
      >${this.grade}${this.credibility || nothing}<span class="unseen"> (${said})</span></abbr
    >`
  }
}
define('toguna-grade', TogunaGrade)

/** `<toguna-when us="…">`: how long ago, with the moment for whoever points at it. `full`
 *  writes the moment, `due` counts down to it. */
export class TogunaWhen extends LitElement {
  static override properties = {
    us: { type: Number },
    full: { type: Boolean },
    due: { type: Boolean },
    late: { type: Boolean, reflect: true },
  }
  static override styles = css`
    :host {
      white-space: nowrap;
      font-variant-numeric: tabular-nums;
    }
    :host([late]) {
      color: var(--bad);
      font-weight: 600;
    }
  `
  us = 0
  full = false
  due = false
  late = false

  constructor() {
    super()
    new Speaks(this)
    new Ticks(this, 10_000)
  }

  override willUpdate() {
    this.late = this.due && this.us < nowUs()
  }

  override render() {
    if (!this.us) return html`<span>${t('parts.no_time')}</span>`
    const text = this.full ? moment(this.us) : this.due ? countdown(this.us) : ago(this.us)
    return html`<time datetime=${iso(this.us)} title=${exactMoment(this.us)}>${text}</time>`
  }
}
define('toguna-when', TogunaWhen)

/** `<toguna-party id="ml">`: a party by its short name, with its own shade and its letters. */
export class TogunaParty extends DeskElement {
  static override properties = { party: { attribute: 'id' }, long: { type: Boolean } }
  static override styles = [
    base,
    css`
      span.name {
        display: inline-block;
        font-weight: 600;
        font-size: 0.85em;
        letter-spacing: 0.03em;
        line-height: 1.35;
        padding: 0 6px;
        border-radius: 3px;
        color: var(--ink);
        background: var(--paper-sunk);
        border: 1px solid var(--line);
        text-transform: uppercase;
      }
      span.name.long {
        text-transform: none;
      }
    `,
  ]
  party = ''
  long = false

  override render() {
    const name = partyName(this.party)
    return html`<span class="name ${this.long ? 'long' : ''}" title=${name}>${this.long ? name : this.party}</span>`
  }
}
define('toguna-party', TogunaParty)

/** A party's name by the charter, else its id. */
export function partyName(party: string): string {
  return session().names[party] || party
}

/** The name of an office in the current language. */
export function officeName(office: string): string {
  return firstOf([`office.${office}`], office)
}

/** `<toguna-empty>`: says that there is nothing, and why that may be; actions go in its slot. */
export class TogunaEmpty extends DeskElement {
  static override properties = { icon: {}, text: {} }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 26px 18px;
        text-align: center;
        color: var(--ink-soft);
      }
      toguna-icon {
        font-size: 1.6rem;
        margin-bottom: 6px;
      }
      p {
        margin: 0 auto;
        max-width: 34em;
      }
    `,
  ]
  icon = ''
  text = ''

  override render() {
    return html`${this.icon ? html`<toguna-icon name=${this.icon}></toguna-icon>` : nothing}
      <p>${this.text}<slot></slot></p>`
  }
}
define('toguna-empty', TogunaEmpty)
