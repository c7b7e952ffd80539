/** `<toguna-plan-form>`: a plan is drawn; what it touches and meets is said while one draws. */

import { html, nothing } from 'lit'

import { session } from '../house/api'
import { nowUs } from '../house/clock'
import { define } from '../house/element'
import { RecordForm } from '../house/record-form'
import { go } from '../house/route'
import { t } from '../house/words'
import './compare'
import type { VolumeDraft } from './draft'
import { emptyVolume } from './draft'
import './drawing'
import { drawn, emptyPlan, planOf, type PlanDraft } from './plan-shapes'
import type { Request, Unit } from './shapes'
import './verdict'
import './volume-field'
import './words'
import './words.plans'

export class TogunaPlanForm extends RecordForm<PlanDraft> {
  static override properties = { ...RecordForm.properties, units: { attribute: false }, requests: { attribute: false } }
  draft: PlanDraft = emptyPlan(nowUs())
  units: readonly Unit[] = []
  requests: readonly Request[] = []

  protected made() {
    const { body, problems } = planOf(this.draft, session().party)
    return { wanted: { kind: 'operations.plan', body }, problems }
  }

  protected written(address: string): void {
    this.draft = emptyPlan(nowUs())
    go(`#/operations/plans/${address}`)
  }

  private volume(value: VolumeDraft, place: number) {
    const at = `volumes[${place}]`
    const put = (event: Event) => {
      const volumes = this.draft.volumes.with(place, (event as CustomEvent<VolumeDraft>).detail)
      this.put({ volumes }, ...Object.keys(this.problems).filter((one) => one.startsWith(at)))
    }
    const remove = () => this.put({ volumes: this.draft.volumes.filter((_, k) => k !== place) })
    return html`<toguna-volume-field
      at=${at}
      label=${t('plan.volume', { n: place + 1 })}
      .value=${value}
      .problems=${this.problems}
      @toguna-volume=${put}
      >${this.draft.volumes.length > 1
        ? html`<button type="button" @click=${remove}><toguna-icon name="minus"></toguna-icon>${t('plan.remove')}</button>`
        : nothing}</toguna-volume-field
    >`
  }

  private ticks(name: 'units' | 'consents', label: string, among: readonly [string, string][]) {
    if (!among.length) return nothing
    const put = (address: string, on: boolean) => {
      const rest = this.draft[name].filter((one) => one !== address)
      this.put({ [name]: on ? [...rest, address] : rest })
    }
    return html`<fieldset>
      <legend>${t(label)}</legend>
      ${among.map(
        ([address, title]) => html`<label class="tick">
          <input
            type="checkbox"
            .checked=${this.draft[name].includes(address)}
            @change=${(event: Event) => put(address, (event.target as HTMLInputElement).checked)}
          />${title}
        </label>`,
      )}
    </fieldset>`
  }

  protected fields() {
    const { draft } = this
    const volumes = drawn(draft)
    const add = () => this.put({ volumes: [...draft.volumes, emptyVolume('area', nowUs(), 24)] })
    const contributors = (event: Event) => {
      const chosen = (event as CustomEvent<string[]>).detail
      this.to = [...new Set([...this.to.filter((one) => !draft.contributors.includes(one)), ...chosen])].sort()
      this.put({ contributors: chosen })
    }
    return html`<h2>${t('plan.new')}</h2>
      ${draft.volumes.map((one, place) => this.volume(one, place))}
      <p><button type="button" data-add @click=${add}><toguna-icon name="plus"></toguna-icon>${t('plan.add')}</button></p>
      <toguna-drawing .volumes=${volumes}></toguna-drawing>
      <toguna-verdict .volumes=${volumes}></toguna-verdict>
      <toguna-compare-plans .volumes=${volumes}></toguna-compare-plans>
      <div class="twos">${this.line('title', 'operation.head')} ${this.line('desk', 'plan.desk', { hint: 'plan.desk_hint' })}</div>
      ${this.line('text', 'plan.text', { rows: 4 })}
      <toguna-party-ticks
        data-field="contributors"
        label=${t('plan.contributors_with')}
        error=${this.error('contributors')}
        .chosen=${draft.contributors}
        @toguna-parties=${contributors}
      ></toguna-party-ticks>
      ${this.ticks('units', 'operation.units', this.units.map((one) => [one.address, `${one.name} (${one.party})`]))}
      ${this.ticks('consents', 'plan.rests_on', this.requests.filter((one) => one.state !== 'over').map((one) => [one.address, one.title]))}
      ${this.readers('operation.who_reads')}`
  }
}
define('toguna-plan-form', TogunaPlanForm)
