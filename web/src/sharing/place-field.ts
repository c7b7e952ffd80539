/** `<toguna-place-field>`: a place typed in MGRS or degrees or taken from the map, how exactly
 *  it is known, and its radius; the map shows the circle. */

import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { degrees, distance, mgrsOf } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/field'
import { pickPlace } from './picking'
import './circles'
import { parsePlace } from './place'
import { placeText, WHERE_PRECISIONS, type Draft } from './report-draft'
import { choice, line, type FormView } from './report-fields'
import './words.form'

/** Some notations are finer than anybody's eye: below this no radius is proposed. */
const WORTH_SAYING_M = 50

export class TogunaPlaceField extends DeskElement {
  static override properties = {
    draft: { attribute: false },
    form: { attribute: false },
    error: { reflect: true },
    picking: { state: true },
  }
  static override styles = [
    base,
    css`
      .place {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0 8px;
        align-items: start;
      }
      .place button {
        margin-top: 1.55rem;
      }
      .twos {
        display: grid;
        gap: 0 12px;
        grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr));
      }
      .read {
        margin: -8px 0 12px;
      }
      toguna-circles {
        height: 12rem;
        margin: 0 0 14px;
      }
      .picking {
        height: min(24rem, 60vh);
        margin: 0 0 14px;
      }
      @media (max-width: 460px) {
        .place {
          grid-template-columns: 1fr;
        }
        .place button {
          margin: -6px 0 12px;
        }
      }
    `,
  ]
  draft!: Draft
  form!: FormView
  error = ''
  picking = false

  override focus() {
    this.renderRoot.querySelector<HTMLElement>('input')?.focus()
  }

  /** On the desk's own map where it is in view, else on one that opens here. */
  private pick = async () => {
    this.picking = true
    await this.updateComplete
    const host = this.renderRoot.querySelector<HTMLElement>('.picking') as HTMLElement
    const place = await pickPlace(host).catch(() => null)
    this.picking = false
    if (place) this.form.put({ place: placeText(place.lat_e7, place.lon_e7) })
  }

  private typePlace = (event: Event) => {
    const place = (event.target as HTMLInputElement).value
    const within = parsePlace(place)?.within_m ?? 0
    const before = parsePlace(this.draft.place)?.within_m ?? 0
    const ours = !this.draft.radius_m || Number(this.draft.radius_m) === before
    const radius = within >= WORTH_SAYING_M && ours ? { radius_m: String(within) } : {}
    this.form.put({ place, ...radius })
  }

  private renderRead() {
    const place = parsePlace(this.draft.place)
    if (!place) return nothing
    const square = place.within_m && place.within_m >= WORTH_SAYING_M
    return html`<p class="read soft small" data-read>
      ${degrees(place.lat_e7, place.lon_e7)} · <span class="mono">${mgrsOf(place.lat_e7, place.lon_e7)}</span>
      ${square ? html`<br />${t('form.square', { distance: distance(place.within_m! * Math.SQRT2) })}` : nothing}
    </p>`
  }

  private renderCircle() {
    const place = parsePlace(this.draft.place)
    if (!place || this.picking) return nothing
    const radius_m = Number(this.draft.radius_m) || 0
    return html`<toguna-circles .circles=${[{ ...place, radius_m }]}></toguna-circles>`
  }

  override render() {
    const { form, draft } = this
    return html`<div class="place">
        <toguna-field label=${t('form.place')} hint=${t('form.place_hint')} error=${this.error} optional>
          <input name="place" autocomplete="off" spellcheck="false" .value=${draft.place} @input=${this.typePlace} />
        </toguna-field>
        <button type="button" data-map ?disabled=${this.picking} @click=${this.pick}>
          <toguna-icon name="map"></toguna-icon>${t('form.on_map')}
        </button>
      </div>
      ${this.renderRead()}
      ${this.picking ? html`<p class="soft small" role="status">${t('form.map_hint')}</p>` : nothing}
      <div class="picking" ?hidden=${!this.picking}></div>
      ${this.renderCircle()}
      <div class="twos">
        ${choice(form, 'where_precision', t('form.precision'), WHERE_PRECISIONS, (one) => t(`where.${one}`))}
        ${line(form, 'radius_m', t('form.radius'), { hint: t('form.radius_hint'), mode: 'numeric', optional: true, most: 10 })}
      </div>
      ${line(form, 'place_name', t('form.place_name'), { optional: true })}`
  }
}
define('toguna-place-field', TogunaPlaceField)
