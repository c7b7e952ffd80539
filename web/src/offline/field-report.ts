/**
 * `<toguna-field-report>`: a report in a minute, on a phone, with or without a network.
 *
 * What is typed is kept at each change. "Send" puts the report into the queue, which is on the
 * disk before the page says so; it leaves from there.
 */

import { html, nothing } from 'lit'

import { session } from '../house/api'
import { nowUs } from '../house/clock'
import { define, DeskElement } from '../house/element'
import { degrees, distance, mgrsOf } from '../house/shape'
import { t } from '../house/words'
import { base } from '../parts/base'
import '../parts/field'
import '../parts/icon'
import '../sharing/map-box'
import { parsePlace } from '../sharing/place'
import {
  CATEGORIES, emptyFields, problemsOf, SEEN, whenText,
  type FieldName, type FieldReport, type Fields, type Photo, type Problems, type Seen,
} from './field-report-body'
import { fieldStyles } from './field-styles'
import './photos'
import { queue } from './queue'
import './unsent-list'
import './words'

export class TogunaFieldReport extends DeskElement {
  static override properties = {
    fields: { state: true },
    photos: { state: true },
    problems: { state: true },
    changing: { state: true },
    locating: { state: true },
    position_failed: { state: true },
    map_open: { state: true },
    saved: { state: true },
  }
  static override styles = [base, fieldStyles]
  fields: Fields = emptyFields(nowUs())
  photos: Photo[] = []
  problems: Problems = {}
  /** The report that is being put right; null for a new one. */
  changing: FieldReport | null = null
  locating = false
  position_failed = false
  map_open = false
  /** Whether the last thing done was to hand a report over. */
  saved = false
  private end?: () => void

  override connectedCallback(): void {
    super.connectedCallback()
    this.end = queue.on(() => this.requestUpdate())
    void queue.begin()
    this.fields = this.typed() ?? this.fields
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.end?.()
  }

  // What is typed -----------------------------------------------------------------------------

  private get key(): string {
    const { party, person } = session()
    return `toguna.draft.${party}.${person?.id ?? ''}.field`
  }

  private typed(): Fields | null {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? 'null') as Fields | null
      return kept && { ...emptyFields(nowUs()), ...kept }
    } catch {
      return null
    }
  }

  private put(changes: Partial<Fields>): void {
    this.fields = { ...this.fields, ...changes }
    this.saved = false
    const still = { ...this.problems }
    for (const name of Object.keys(changes)) delete still[name as FieldName]
    this.problems = still
    if (this.changing) return
    try {
      localStorage.setItem(this.key, JSON.stringify(this.fields))
    } catch {
      // A full or closed store: the fields are still on the screen.
    }
  }

  private readonly clear = () => {
    localStorage.removeItem(this.key)
    this.fields = emptyFields(nowUs())
    this.photos = []
    this.problems = {}
    this.changing = null
    this.position_failed = false
  }

  private readonly takeUp = (event: CustomEvent<FieldReport>) => {
    this.changing = event.detail
    this.fields = { ...event.detail.fields }
    this.photos = [...event.detail.photos]
    this.problems = {}
    void this.updateComplete.then(() => this.focusOn('category'))
  }

  // Where -------------------------------------------------------------------------------------

  private readonly locate = () => {
    this.locating = true
    this.position_failed = false
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.locating = false
        const place = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`
        this.put({ place, radius_m: Math.max(1, Math.ceil(coords.accuracy)) })
      },
      () => {
        this.locating = false
        this.position_failed = true
      },
      { enableHighAccuracy: true, timeout: 30_000, maximumAge: 30_000 },
    )
  }

  private readonly picked = (event: CustomEvent<{ lat_e7: number; lon_e7: number }>) => {
    const { lat_e7, lon_e7 } = event.detail
    this.put({ place: `${(lat_e7 / 1e7).toFixed(5)}, ${(lon_e7 / 1e7).toFixed(5)}`, radius_m: null })
  }

  // Sending -----------------------------------------------------------------------------------

  private readonly submit = async (event: Event) => {
    event.preventDefault()
    this.problems = problemsOf(this.fields, this.photos.length, nowUs())
    const [first] = Object.keys(this.problems)
    if (first) return void this.updateComplete.then(() => this.focusOn(first))
    const { party, person, office } = session()
    const before = this.changing
    await queue.put({
      id: before?.id ?? crypto.randomUUID(),
      party,
      person: person?.id ?? '',
      office: before && session().offices.includes(before.office) ? before.office : office,
      made_us: before?.made_us ?? nowUs(),
      fields: this.fields,
      photos: this.photos,
      state: 'waiting',
      tries: before?.tries ?? 0,
      edition: (before?.edition ?? 0) + 1,
    })
    this.clear()
    this.saved = true
  }

  private focusOn(name: string): void {
    this.renderRoot.querySelector<HTMLElement>(`[name=${name}], [data-name=${name}]`)?.focus()
  }

  // Showing -----------------------------------------------------------------------------------

  private errorAt(name: FieldName): string {
    const found = this.problems[name]
    return found ? t(...found) : ''
  }

  private whatFields() {
    const { fields } = this
    return html`<toguna-field label=${t('field.category')} error=${this.errorAt('category')}>
        <select name="category" .value=${fields.category} @change=${(e: Event) => this.put({ category: valueOf(e) })}>
          <option value=""></option>
          ${CATEGORIES.map(
            (one) => html`<option value=${one} ?selected=${one === fields.category}>${t(`field.category.${one}`)}</option>`,
          )}
        </select>
      </toguna-field>
      <toguna-field label=${t('field.headline')} error=${this.errorAt('title')}>
        <input name="title" autocomplete="off" .value=${fields.title} @input=${(e: Event) => this.put({ title: valueOf(e) })} />
      </toguna-field>
      <toguna-field label=${t('field.text')} hint=${t('field.text_hint')} error=${this.errorAt('text')} optional>
        <textarea name="text" rows="3" .value=${fields.text} @input=${(e: Event) => this.put({ text: valueOf(e) })}></textarea>
      </toguna-field>`
  }

  private whenField() {
    return html`<div class="beside">
      <toguna-field class="grow" label=${t('field.when')} error=${this.errorAt('when')}>
        <input name="when" type="datetime-local" .value=${this.fields.when} @input=${(e: Event) => this.put({ when: valueOf(e) })} />
      </toguna-field>
      <button type="button" @click=${() => this.put({ when: whenText(nowUs()) })}>
        <toguna-icon name="clock"></toguna-icon>${t('field.now')}
      </button>
    </div>`
  }

  private placeField() {
    const { fields } = this
    const place = parsePlace(fields.place)
    const typed = (e: Event) => this.put({ place: valueOf(e), radius_m: null })
    return html`<div class="beside">
        <toguna-field class="grow" label=${t('field.place')} hint=${t('field.place_hint')} error=${this.errorAt('place')} optional>
          <input name="place" autocomplete="off" spellcheck="false" .value=${fields.place} @input=${typed} />
        </toguna-field>
        <button type="button" data-here ?disabled=${this.locating} @click=${this.locate}>
          <toguna-icon name="pin"></toguna-icon>${t('field.here')}
        </button>
      </div>
      <p class="read small" aria-live="polite">
        ${this.locating ? t('field.locating') : nothing}
        ${this.position_failed ? html`<span class="chip warn">${t('field.no_position')}</span>` : nothing}
        ${place
          ? html`${degrees(place.lat_e7, place.lon_e7)} · <span class="mono">${mgrsOf(place.lat_e7, place.lon_e7)}</span>
              ${fields.radius_m ? html` · ${t('field.located', { radius: distance(fields.radius_m) })}` : nothing}`
          : nothing}
      </p>
      <button type="button" class="plain" aria-expanded=${this.map_open} @click=${() => (this.map_open = !this.map_open)}>
        <toguna-icon name="map"></toguna-icon>${t(this.map_open ? 'field.map_close' : 'field.map')}
      </button>
      ${this.map_open
        ? html`<toguna-map-box
            picks
            .circles=${place ? [{ ...place, radius_m: fields.radius_m ?? 0 }] : []}
            @toguna-picked=${this.picked}
          ></toguna-map-box>`
        : nothing}`
  }

  private seenField() {
    return html`<fieldset>
      <legend>${t('field.seen')}</legend>
      ${(Object.keys(SEEN) as Seen[]).map(
        (one) => html`<label class="tick">
          <input type="radio" name="seen" value=${one} .checked=${this.fields.seen === one} @change=${() => this.put({ seen: one })} />
          <span>${t(`field.seen.${one}`)} <span class="soft small">${SEEN[one].grade}${SEEN[one].credibility}</span></span>
        </label>`,
      )}
    </fieldset>`
  }

  override render() {
    const wrong = Object.keys(this.problems).length
    return html`<form novalidate @submit=${this.submit}>
        <h1>${t('field.title')}</h1>
        <p class="soft small">${t('field.intro')}</p>
        ${queue.keeps ? nothing : html`<p class="notice bad" role="alert">${t('unsent.not_kept')}</p>`}
        ${this.whatFields()} ${this.whenField()} ${this.placeField()} ${this.seenField()}
        <toguna-field-photos
          data-name="photos"
          .photos=${this.photos}
          error=${this.errorAt('photos')}
          @toguna-photos=${(e: CustomEvent<Photo[]>) => {
            this.photos = e.detail
            this.problems = { ...this.problems, photos: undefined }
          }}
        ></toguna-field-photos>
        ${wrong ? html`<p class="notice bad" role="alert">${t('field.wrong', { count: wrong })}</p>` : nothing}
        <div class="row">
          <button class="main grow" type="submit">
            <toguna-icon name="send"></toguna-icon>${t(this.changing ? 'field.change' : 'field.send')}
          </button>
          <button type="button" class="plain" @click=${this.clear}>${t('field.clear')}</button>
        </div>
        <p class="said" role="status">${this.saved ? t('field.saved') : nothing}</p>
      </form>
      <toguna-unsent-list @toguna-put-right=${this.takeUp}></toguna-unsent-list>`
  }
}
define('toguna-field-report', TogunaFieldReport)

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement).value
}
