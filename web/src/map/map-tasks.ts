/** What one is doing on the map: measuring, or choosing a place. */

import { html, nothing, type TemplateResult } from 'lit'

import { distance } from '../house/shape'
import { t } from '../house/words'
import { areaText, bearingText, type Measure } from './measure'

/** The numbers of the measure, and what to do. */
export function measureTask(measure: Measure, run: { clear: () => void; end: () => void }): TemplateResult {
  const { metres, bearing, area } = measure
  return html`<section class="card task" aria-label=${t('map.measure')} data-task="measure">
    <div class="numbers" aria-live="polite">
      <span>${t('map.length')} <strong>${distance(metres)}</strong></span>
      ${bearing === null ? nothing : html`<span>${t('map.bearing')} <strong>${bearingText(bearing)}</strong></span>`}
      ${area ? html`<span>${t('map.area')} <strong>${areaText(area)}</strong></span>` : nothing}
    </div>
    ${measure.places.length < 2 ? html`<p class="soft">${t('map.measure_hint')}</p>` : nothing}
    <div class="row">
      <button type="button" @click=${run.clear}>${t('map.clear')}</button>
      <button type="button" @click=${run.end}>${t('map.end')}</button>
    </div>
  </section>`
}

/** Choosing a place. */
export function pickTask(run: { here: () => void; cancel: () => void }): TemplateResult {
  return html`<section class="card task" data-task="pick">
    <p role="status">${t('map.picking')}</p>
    <div class="row">
      <button type="button" @click=${run.here}>${t('map.pick_here')}</button>
      <button type="button" @click=${run.cancel}>${t('map.pick_cancel')}</button>
    </div>
  </section>`
}
