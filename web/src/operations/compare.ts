/** `<toguna-compare-plans>`: does our plan meet one of a party's, without showing either? */

import { html, nothing } from 'lit'

import { post, Problem, session } from '../house/api'
import { define, DeskElement } from '../house/element'
import { moment } from '../house/shape'
import { t } from '../house/words'
import '../parts/icon'
import { partyIds } from '../parts/party-ticks'
import { partyName } from '../parts/small'
import { problemText } from '../parts/toast'
import './drawing'
import type { Volume } from './shapes'
import './words.plans'

interface Box {
  west_e7: number
  south_e7: number
  east_e7: number
  north_e7: number
  from_us: number
  until_us: number
}

interface Compared {
  met: Box[]
  cells: number
  desk: string
  uncovered: number
}

export class TogunaComparePlans extends DeskElement {
  static override properties = {
    plan: {},
    volumes: { attribute: false },
    found: { state: true },
    problem: { state: true },
    busy: { state: true },
  }
  /** The address of a plan of ours, or empty: the volumes. */
  plan = ''
  volumes: readonly Volume[] = []
  private found: { party: string; said: Compared } | null = null
  private problem = ''
  private busy = false

  private ask = async () => {
    const party = this.renderRoot.querySelector<HTMLSelectElement>('select')?.value ?? ''
    if (this.busy || !party) return
    this.busy = true
    this.problem = ''
    this.found = null
    try {
      const own = this.plan ? { plan: this.plan } : { volumes: this.volumes }
      const ask = (grid: string) => post<Compared>('/api/encounters', { party, grid, ...own })
      // What covers too many small cells is compared by large ones.
      const said = await ask('fine').catch((error: unknown) => {
        if (error instanceof Problem && error.remedy.includes('coarse grid')) return ask('coarse')
        throw error
      })
      this.found = { party, said }
    } catch (error) {
      this.problem = problemText(error)
    }
    this.busy = false
  }

  private answer() {
    if (!this.found) return nothing
    const { party, said } = this.found
    const desk = said.desk || partyName(party)
    const from_us = Math.min(...said.met.map((one) => one.from_us))
    const until_us = Math.max(...said.met.map((one) => one.until_us))
    const marks = said.met.map((one) => ({ name: '', box: [one.west_e7, one.south_e7, one.east_e7, one.north_e7] }))
    return html`<div class="notice ${said.met.length ? 'bad' : 'good'}" role="status" data-compared=${party}>
      <p>
        ${said.met.length
          ? html`<b>${t('plan.met', { n: said.met.length, party: partyName(party) })}</b> ${moment(from_us)} – ${moment(until_us)}`
          : t('plan.not_met', { party: partyName(party), n: said.cells })}
      </p>
      ${said.met.length ? html`<p><b>${t('plan.call', { desk })}</b></p>` : nothing}
      ${said.uncovered ? html`<p>${t('plan.uncovered', { n: said.uncovered, desk })}</p>` : nothing}
      ${said.met.length && this.volumes.length ? html`<toguna-drawing .volumes=${this.volumes} .marks=${marks}></toguna-drawing>` : nothing}
    </div>`
  }

  override render() {
    const others = partyIds().filter((one) => one !== session().party)
    return html`<section aria-label=${t('plan.compare')}>
      <h3>${t('plan.compare')}</h3>
      <p class="small soft">${t('plan.compare_hint')}</p>
      <p class="row">
        <select class="grow" name="party" aria-label=${t('plan.compare_with')}>
          ${others.map((one) => html`<option value=${one}>${partyName(one)}</option>`)}
        </select>
        <button type="button" data-compare ?disabled=${this.busy || (!this.plan && !this.volumes.length)} @click=${this.ask}>
          <toguna-icon name="lock"></toguna-icon>${t(this.busy ? 'plan.asking' : 'plan.compare_do')}
        </button>
      </p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing} ${this.answer()}
    </section>`
  }
}
define('toguna-compare-plans', TogunaComparePlans)
