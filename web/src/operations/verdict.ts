/** `<toguna-verdict>`: what drawn volumes touch and meet, asked again while one draws; and
 *  `<toguna-verdicts>`, which shows such a verdict. */

import { css, html, nothing, type PropertyValues } from 'lit'

import { post } from '../house/api'
import { define, DeskElement } from '../house/element'
import { recordHash } from '../house/route'
import { distance, moment } from '../house/shape'
import { locale, t } from '../house/words'
import { base } from '../parts/base'
import '../parts/index'
import { problemText } from '../parts/toast'
import type { Caution, Met, Touched, Verdicts } from './plan-shapes'
import type { Volume } from './shapes'
import './words.plans'

const SOON_MS = 350

export class TogunaVerdicts extends DeskElement {
  static override properties = { verdicts: { attribute: false }, waived: { attribute: false }, note: {} }
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      .notice {
        margin: 0;
      }
      .stop {
        font-weight: 700;
      }
      p {
        margin: 0;
      }
    `,
  ]
  verdicts!: Pick<Verdicts, 'touched' | 'cautions' | 'meets'>
  waived: readonly string[] = []

  private touched(one: Touched) {
    const waived = this.waived.includes(one.address)
    return html`<div class="notice ${waived ? '' : 'bad'}" data-touched=${one.address}>
      <p class="stop"><toguna-icon name="alert"></toguna-icon> ${t(waived ? 'plan.waived' : 'plan.stop')} : ${one.name}</p>
      <p class="small">
        ${t('plan.protected', { buffer: distance(one.buffer_m) })} · ${t('plan.notified_by')}
        <toguna-party id=${one.party}></toguna-party>
        <a href=${recordHash(one.address)}>${one.address}</a> · ${t('plan.volume', { n: one.volume + 1 })}
      </p>
    </div>`
  }

  private caution(one: Caution) {
    const name = new Intl.DateTimeFormat(locale(), { month: 'short', timeZone: 'UTC' })
    const months = one.months.map((month) => name.format(Date.UTC(2026, month - 1, 1))).join(', ')
    return html`<div class="notice" data-caution=${one.address}>
      <p><toguna-icon name="eye"></toguna-icon> <b>${t('plan.caution')} : ${one.name}</b></p>
      <p class="small">${[months, one.source, t('plan.volume', { n: one.volume + 1 })].filter(Boolean).join(' · ')}</p>
    </div>`
  }

  private met(one: Met) {
    const window = [one.from_us, one.until_us].flatMap((us) => (us === undefined ? [] : [moment(us)])).join(' – ')
    return html`<div class="notice" data-met=${one.address}>
      <p><toguna-icon name="link"></toguna-icon> <b>${t('plan.meets')} : ${one.title}</b> <toguna-party id=${one.party}></toguna-party></p>
      <p class="small"><b>${t('plan.call', { desk: one.desk })}</b> · ${window} · ${t('plan.volume', { n: one.volume + 1 })}</p>
    </div>`
  }

  override render() {
    const { touched, cautions, meets } = this.verdicts
    return html`${touched.map((one) => this.touched(one))} ${meets.map((one) => this.met(one))}
    ${cautions.map((one) => this.caution(one))}`
  }
}
define('toguna-verdicts', TogunaVerdicts)

export class TogunaVerdict extends DeskElement {
  static override properties = { volumes: { attribute: false }, found: { state: true }, problem: { state: true }, busy: { state: true } }
  volumes: readonly Volume[] = []
  private found: Verdicts | null = null
  private problem = ''
  private asked = ''
  private turn = 0
  private soon?: ReturnType<typeof setTimeout>

  override willUpdate(changed: PropertyValues): void {
    const wanted = JSON.stringify(this.volumes)
    if (!changed.has('volumes') || wanted === this.asked) return
    this.asked = wanted
    this.turn += 1
    clearTimeout(this.soon)
    // What was true of other volumes is not true of these.
    this.found = null
    this.problem = ''
    if (this.volumes.length) this.soon = setTimeout(() => void this.ask(), SOON_MS)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.soon)
  }

  private async ask() {
    const mine = this.turn
    try {
      const found = await post<Verdicts>('/api/plans/verdict', { volumes: this.volumes })
      if (mine === this.turn) this.found = found
    } catch (error) {
      if (mine === this.turn) this.problem = problemText(error)
    }
  }

  private said() {
    const { found } = this
    if (this.problem) return html`<p class="notice bad" role="alert">${this.problem}</p>`
    if (!this.volumes.length) return html`<p class="soft">${t('plan.draw_first')}</p>`
    if (!found) return html`<p class="soft">${t('plan.asking')}</p>`
    const none = !found.touched.length && !found.cautions.length && !found.meets.length
    return html`${none ? html`<p data-clear>${t('plan.nothing_known')}</p>` : html`<toguna-verdicts .verdicts=${found}></toguna-verdicts>`}
      <p class="small soft">${t('plan.as_known', { when: moment(found.at_us) })}</p>`
  }

  override render() {
    return html`<section aria-live="polite" aria-label=${t('plan.verdict')}><h3>${t('plan.verdict')}</h3>${this.said()}</section>${nothing}`
  }
}
define('toguna-verdict', TogunaVerdict)
