/** `<toguna-alert>`: an alert with who has said what, and our answer. `full` shows all of it. */

import { css, html, nothing } from 'lit'

import { session } from '../house/api'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { textOf, titleOf } from '../house/naming'
import { recordHash } from '../house/route'
import { degrees, distance, mgrsOf, moment } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { officeName } from '../parts/small'
import './answer-bar'
import './lights'
import { isOpen, mineOf, type Alert, type Level } from './shapes'
import './words'

const LEVEL_ICONS: Record<Level, string> = { flash: 'flash', urgent: 'alert', routine: 'bell' }
const LEVEL_TONES: Record<Level, string> = { flash: 'flash', urgent: 'warn', routine: '' }

export class TogunaAlert extends DeskElement {
  static override properties = { alert: { attribute: false }, full: { type: Boolean } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      article.card {
        display: grid;
        gap: 10px;
        border-left-width: 6px;
      }
      :host([full]) article.card {
        border-width: 0 0 0 6px;
        border-radius: 0;
        padding: 0 0 0 12px;
        background: none;
      }
      :host(:not([full])) header {
        display: grid;
        gap: 4px;
      }
      header p {
        margin: 0;
      }
      article.card.flash.open {
        border-left-color: var(--flash);
      }
      article.card.urgent.open {
        border-left-color: var(--warn);
      }
      article.card:not(.open) {
        background: var(--paper);
      }
      h2 a {
        color: var(--ink);
        text-decoration-thickness: 1px;
        text-underline-offset: 3px;
      }
      .text {
        white-space: pre-line;
        margin: 0;
      }
      :host(:not([full])) .text {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
      }
      dl {
        font-size: 0.875rem;
      }
    `,
  ]
  alert!: Alert
  full = false

  override render() {
    const { alert } = this
    const open = isOpen(alert, nowUs())
    return html`<article class="card ${alert.level} ${open ? 'open' : ''}" data-address=${alert.address}>
      <header>
        <p class="row small">
          <span class="chip ${open ? LEVEL_TONES[alert.level] : ''}"
            ><toguna-icon name=${LEVEL_ICONS[alert.level]}></toguna-icon>${t(`alert.level.${alert.level}`)}</span
          >
          ${this.standing(open)} ${this.full ? nothing : this.given()}
        </p>
        ${this.full ? nothing : html`<h2><a href=${recordHash(alert.address)}>${titleOf({ ...alert })}</a></h2>`}
      </header>
      <p class="text">${textOf({ ...alert })}</p>
      ${this.full ? this.facts() : nothing}
      <toguna-alert-lights .alert=${alert} ?full=${this.full}></toguna-alert-lights>
      ${this.full ? html`<p class="small soft">${t('alert.nothing_assumed')}</p>` : nothing}
      <toguna-alert-answer .alert=${alert}></toguna-alert-answer>
    </article>`
  }

  /** The record's panel says this in its own head. */
  private given() {
    const { alert } = this
    return html`<span>${t('alert.by')} <toguna-party id=${alert.party}></toguna-party> ${officeName(alert.office)}</span>
      <toguna-when us=${alert.at}></toguna-when>`
  }

  private standing(open: boolean) {
    const { alert } = this
    const ours = alert.party === session().party
    if (open)
      return html`${mineOf(alert, session().party) ? html`<span class="chip">${t('alert.to_us')}</span>` : nothing}
      ${ours ? html`<span class="chip">${t('alert.ours')}</span>` : nothing}`
    return html`<span class="chip" title=${alert.end?.why ?? ''}
      ><toguna-icon name="minus"></toguna-icon>${t(alert.end ? `alert.ended.${alert.end.outcome}` : 'alert.over')}</span
    >`
  }

  private facts() {
    const { alert } = this
    const placed = alert.lat_e7 !== undefined && alert.lon_e7 !== undefined
    const point = placed ? [degrees(alert.lat_e7!, alert.lon_e7!), mgrsOf(alert.lat_e7!, alert.lon_e7!)] : []
    const radius = alert.radius_m ? `± ${distance(alert.radius_m)}` : ''
    const place = [alert.place_name, ...point, radius].filter(Boolean).join(' · ')
    return html`<dl class="facts">
      <dt>${t('alert.what')}</dt>
      <dd>${t(`alert.category.${alert.category}`)}</dd>
      ${place ? html`<dt>${t('alert.place')}</dt><dd>${place}</dd>` : nothing}
      <dt>${t('alert.for_office')}</dt>
      <dd>${alert.for_offices.map(officeName).join(', ')}</dd>
      <dt>${t('alert.until')}</dt>
      <dd>${moment(alert.until_us)}</dd>
      ${alert.end
        ? html`<dt>${t(`alert.ended.${alert.end.outcome}`)}</dt>
            <dd>${moment(alert.end.at)} · « ${alert.end.why} »</dd>`
        : nothing}
    </dl>`
  }
}
define('toguna-alert', TogunaAlert)
