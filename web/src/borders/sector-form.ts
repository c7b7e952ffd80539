/** `<toguna-sector-form>`: a new sector: its corners, and who shares it. */

import { html, nothing } from 'lit'

import { session } from '../house/api'
import { define } from '../house/element'
import { RecordForm } from '../house/record-form'
import { go } from '../house/route'
import { t } from '../house/words'
import { placeText } from '../sharing/report-draft'
import { sectorOf, type SectorDraft } from './draft'
import './words'

const EMPTY: SectorDraft = { name: '', name_en: '', area: '', parties: [], neighbours: '', contact: '' }

export class TogunaSectorForm extends RecordForm<SectorDraft> {
  static override properties = { ...RecordForm.properties, mapOpen: { state: true } }
  draft: SectorDraft = { ...EMPTY }
  private mapOpen = 0

  protected made() {
    const { body, problems } = sectorOf(this.draft, session().party)
    return { wanted: { kind: 'borders.sector', body }, problems }
  }

  protected written(): void {
    this.draft = { ...EMPTY }
    go('#/borders')
  }

  private pick = () => {
    this.mapOpen += 1
    void import('../sharing/map-box')
  }

  private picked = (event: Event) => {
    event.stopPropagation()
    const { lat_e7, lon_e7 } = (event as CustomEvent<{ lat_e7: number; lon_e7: number }>).detail
    const area = [this.draft.area.trim(), placeText(lat_e7, lon_e7)].filter(Boolean).join('\n')
    this.put({ area })
  }

  protected fields() {
    return html`<h2>${t('border.sector_title')}</h2>
      <div class="twos">
        ${this.line('name', 'border.name')} ${this.line('name_en', 'border.name_en', { optional: true })}
      </div>
      <toguna-party-ticks
        data-field="parties"
        label=${t('border.with')}
        error=${this.error('parties')}
        .chosen=${this.draft.parties}
        @toguna-parties=${(event: Event) => {
          const parties = (event as CustomEvent<string[]>).detail
          this.to = parties
          this.put({ parties })
        }}
      ></toguna-party-ticks>
      ${this.line('area', 'border.corners', { rows: 5, hint: 'border.corners_hint' })}
      <p>
        <button type="button" data-map @click=${this.pick}>
          <toguna-icon name="map"></toguna-icon>${t('border.pick')}
        </button>
      </p>
      ${this.mapOpen
        ? html`<toguna-map-box picks @toguna-picked=${this.picked}></toguna-map-box>`
        : nothing}
      ${this.line('neighbours', 'border.neighbours_field', { optional: true, hint: 'border.neighbours_hint' })}
      ${this.line('contact', 'border.contact', { optional: true, hint: 'border.contact_hint' })}`
  }
}
define('toguna-sector-form', TogunaSectorForm)
