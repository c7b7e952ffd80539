/** `<toguna-request-form>`: may these units come over the border? */

import { html, nothing } from 'lit'

import { session } from '../house/api'
import { nowUs } from '../house/clock'
import { define } from '../house/element'
import { RecordForm } from '../house/record-form'
import { go } from '../house/route'
import { t } from '../house/words'
import { partyIds } from '../parts/party-ticks'
import { partyName } from '../parts/small'
import { placeText } from '../sharing/report-draft'
import { emptyRequest, metresOf, pointsOf, requestOf, volumeOf, type RequestDraft, type VolumeDraft } from './draft'
import './drawing'
import type { Pair, Request, Terms, Unit } from './shapes'
import './volume-field'
import './words'

export class TogunaRequestForm extends RecordForm<RequestDraft> {
  static override properties = {
    ...RecordForm.properties,
    units: { attribute: false },
    requests: { attribute: false },
    terms: { attribute: false },
  }
  draft: RequestDraft = emptyRequest(nowUs())
  units: readonly Unit[] = []
  requests: readonly Request[] = []
  terms: readonly Terms[] = []

  protected made() {
    const { body, problems } = requestOf(this.draft)
    return { wanted: { kind: 'operations.request', body }, problems }
  }

  protected written(): void {
    this.draft = emptyRequest(nowUs())
    go('#/operations')
  }

  /** The border with this host as it is known here: from its standing terms, else from what was
   *  asked of it before. */
  private borderWith(host: string): readonly Pair[] {
    const terms = this.terms.filter((one) => one.party === host && (one.border?.length ?? 0) > 1)
    const newest = terms.sort((a, b) => b.at - a.at)[0]?.border
    return newest ?? this.requests.find((one) => one.host === host)?.border ?? []
  }

  private choose = (event: Event) => {
    const host = (event.target as HTMLSelectElement).value
    const border = this.borderWith(host).map(([lon, lat]) => placeText(lat, lon)).join('\n')
    this.to = [...new Set([...this.to.filter((one) => one !== this.draft.host), host])].filter(Boolean).sort()
    this.put({ host, border: border || this.draft.border }, 'label.to')
  }

  private tick(unit: string, on: boolean) {
    const rest = this.draft.units.filter((one) => one !== unit)
    this.put({ units: on ? [...rest, unit] : rest })
  }

  private who() {
    const ours = session().party
    const mine = this.units.filter((one) => (one.party === ours || one.under === ours) && !one.address.includes('/home/'))
    return html`<div class="twos">
        <toguna-field data-field="host" label=${t('operation.host')} error=${this.error('host')}>
          <select name="host" @change=${this.choose}>
            <option value="" ?selected=${!this.draft.host}>${t('operation.choose')}</option>
            ${partyIds()
              .filter((one) => one !== ours)
              .map((one) => html`<option value=${one} ?selected=${this.draft.host === one}>${partyName(one)}</option>`)}
          </select>
        </toguna-field>
        ${this.line('title', 'operation.head')}
      </div>
      <toguna-field data-field="units" label=${t('operation.units')} error=${this.error('units')}>
        <div data-input role="group" tabindex="-1">
          ${mine.map(
            (unit) => html`<label class="tick">
              <input
                type="checkbox"
                name=${`unit-${unit.address}`}
                .checked=${this.draft.units.includes(unit.address)}
                @change=${(event: Event) => this.tick(unit.address, (event.target as HTMLInputElement).checked)}
              />${unit.name} <span class="soft small">${t(`operation.category.${unit.category}`)}</span>
            </label>`,
          )}
          ${mine.length ? nothing : html`<p class="soft">${t('operation.no_own_units')} <a href="#/operations/units/new">${t('operation.new_unit')}</a></p>`}
        </div>
      </toguna-field>`
  }

  protected fields() {
    const { draft } = this
    const { points } = pointsOf(draft.border)
    const depth_m = metresOf(draft.depth_km, 1000) ?? 0
    const { volume } = volumeOf(draft.volume, 'volume', points, depth_m)
    return html`<label class="tick">
        <input
          type="checkbox"
          name="urgent"
          .checked=${draft.urgent}
          @change=${(event: Event) => this.put({ urgent: (event.target as HTMLInputElement).checked })}
        />${t('operation.urgent_hint')}
      </label>
      ${this.who()} ${this.line('why', 'operation.why', { rows: 2, most: 2000 })}
      <div class="twos">
        ${this.line('depth_km', 'operation.depth_km', { field: 'depth_m', mode: 'decimal', most: 8 })}
      </div>
      ${this.line('border', 'operation.border', { rows: 3, hint: 'operation.border_hint' })}
      <toguna-volume-field
        label=${t('operation.where_when')}
        .shapes=${['border', 'area', 'line']}
        .value=${draft.volume}
        .problems=${this.problems}
        @toguna-volume=${(event: Event) =>
          this.put({ volume: (event as CustomEvent<VolumeDraft>).detail }, ...Object.keys(this.problems).filter((one) => one.startsWith('volume')))}
      >
        <toguna-drawing
          .volumes=${[volume]}
          .border=${points}
          .depth_m=${depth_m}
          near=${session().party}
          far=${draft.host}
        ></toguna-drawing>
      </toguna-volume-field>
      ${this.line('conditions', 'operation.undertakes', { optional: true, hint: 'operation.undertakes_hint' })}
      ${this.readers('operation.who_reads')}`
  }
}
define('toguna-request-form', TogunaRequestForm)
