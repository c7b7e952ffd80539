/** `<toguna-claim-form about="…">`: a new claim, measured by its author from some lines. */

import { html, nothing } from 'lit'

import { define } from '../house/element'
import { RecordForm } from '../house/record-form'
import { go, hashOf, recordHash } from '../house/route'
import { t } from '../house/words'
import { placeText } from '../sharing/report-draft'
import { claimOf, type ClaimDraft } from './draft'
import type { Boundary } from './shapes'
import './words'

const EMPTY: ClaimDraft = {
  title: '', title_en: '', claimant: '', says: '', says_en: '', source: '',
  place: '', error_m: '', stated_m: '', stated_side: '',
}

export class TogunaClaimForm extends RecordForm<ClaimDraft> {
  static override properties = {
    ...RecordForm.properties,
    about: {},
    boundaries: { attribute: false },
    cites: { state: true },
    mapOpen: { state: true },
  }
  draft: ClaimDraft = { ...EMPTY }
  about = ''
  boundaries: Boundary[] = []
  private cites: string[] = []
  private mapOpen = false

  protected made() {
    const { body, problems } = claimOf(this.draft)
    const wanted = { kind: 'disputes.claim', body, about: this.about || undefined, refs: this.cites }
    return { wanted, problems }
  }

  protected written(address: string): void {
    this.draft = { ...EMPTY }
    go(hashOf('disputes', ['matter', ...address.split('/')]))
  }

  private cite(address: string, on: boolean): void {
    this.cites = on ? [...this.cites, address] : this.cites.filter((one) => one !== address)
  }

  private picked = (event: Event) => {
    event.stopPropagation()
    const { lat_e7, lon_e7 } = (event as CustomEvent<{ lat_e7: number; lon_e7: number }>).detail
    this.put({ place: placeText(lat_e7, lon_e7) }, 'lat_e7')
  }

  private openMap = () => {
    this.mapOpen = true
    void import('../sharing/map-box')
  }

  protected fields() {
    return html`<h2>${t('dispute.new_claim')}</h2>
      ${this.about
        ? html`<p><a href=${recordHash(this.about)}>${t('dispute.about', { address: this.about })}</a></p>`
        : nothing}
      ${this.readers()}
      ${this.line('claimant', 'dispute.claimant', { hint: 'dispute.claimant_hint' })}
      ${this.line('title', 'dispute.head')} ${this.line('title_en', 'dispute.head_en', { optional: true })}
      ${this.line('says', 'dispute.says', { rows: 4 })}
      ${this.line('says_en', 'dispute.says_en', { rows: 2, optional: true })}
      ${this.line('source', 'dispute.source', { optional: true })}
      <div class="twos">
        ${this.line('place', 'dispute.position', { hint: 'dispute.position_hint', field: 'lat_e7' })}
        ${this.line('error_m', 'dispute.error', { hint: 'dispute.error_hint', most: 14 })}
      </div>
      <p>
        <button type="button" data-map @click=${this.openMap}><toguna-icon name="map"></toguna-icon>${t('border.on_map')}</button>
      </p>
      ${this.mapOpen ? html`<toguna-map-box picks @toguna-picked=${this.picked}></toguna-map-box>` : nothing}
      ${this.measured()}`
  }

  private measured() {
    const sides = [...new Set(this.boundaries.flatMap((one) => [one.left, one.right]))].sort()
    return html`<div class="twos">
        ${this.line('stated_m', 'dispute.stated_distance', { optional: true, hint: 'dispute.error_hint', most: 14 })}
        <toguna-field label=${t('dispute.stated_on')} optional>
          <select name="stated_side" @change=${(event: Event) => this.put({ stated_side: (event.target as HTMLSelectElement).value }, 'stated_m')}>
            <option value="">—</option>
            ${sides.map((side) => html`<option value=${side} ?selected=${side === this.draft.stated_side}>${side}</option>`)}
          </select>
        </toguna-field>
      </div>
      <fieldset>
        <legend>${t('dispute.cites')}</legend>
        ${this.boundaries.map(
          (one) => html`<label class="tick">
            <input
              type="checkbox"
              name="cites"
              value=${one.address}
              .checked=${this.cites.includes(one.address)}
              @change=${(event: Event) => this.cite(one.address, (event.target as HTMLInputElement).checked)}
            />
            ${one.name} <span class="soft small">${one.source} · ${one.address}</span>
          </label>`,
        )}
        ${this.boundaries.length ? nothing : html`<p class="soft">${t('dispute.no_lines')}</p>`}
      </fieldset>`
  }
}
define('toguna-claim-form', TogunaClaimForm)
