/** `<toguna-sector-word .sector what="watch|posture">`: our word on our side of a sector. */

import { html, nothing } from 'lit'

import { session } from '../house/api'
import { nowUs } from '../house/clock'
import { define } from '../house/element'
import { RecordForm, type Problems } from '../house/record-form'
import { go } from '../house/route'
import { language, t } from '../house/words'
import { emptyWatch, postureOf, watchOf, WORDS, type PostureDraft, type WatchDraft, type Word } from './draft'
import { nameOf, STANCES, type Sector, type Stance } from './shapes'
import './words'

type Draft = WatchDraft & PostureDraft

export class TogunaSectorWord extends RecordForm<Draft> {
  static override properties = { ...RecordForm.properties, sector: { attribute: false }, what: {} }
  draft: Draft = { ...emptyWatch(nowUs()), posture: '', note: '', contact: '', until: '' }
  sector!: Sector
  what: 'watch' | 'posture' = 'watch'

  override firstUpdated(): void {
    this.to = this.sector.sides.map((side) => side.party).filter((party) => party !== session().party)
  }

  protected made() {
    const { body, problems } = this.what === 'watch' ? watchOf(this.draft) : postureOf(this.draft, nowUs())
    return { wanted: { kind: `borders.${this.what}`, body, about: this.sector.address }, problems: problems as Problems }
  }

  protected written(): void {
    go('#/borders')
  }

  protected fields() {
    const name = nameOf(this.sector, language())
    return html`<h2>${t(`border.${this.what}_title`, { name })}</h2>
      ${this.readers()} ${this.what === 'watch' ? this.watch() : this.posture()}`
  }

  private choice<V extends string>(name: 'state' | 'posture', label: string, values: readonly V[], words: string) {
    return html`<toguna-field data-field=${name} label=${t(label)} error=${this.error(name)}>
      <select name=${name} @change=${(event: Event) => this.put({ [name]: (event.target as HTMLSelectElement).value })}>
        <option value="">—</option>
        ${values.map((one) => html`<option value=${one} ?selected=${this.draft[name] === one}>${t(`${words}.${one}`)}</option>`)}
      </select>
    </toguna-field>`
  }

  private watch() {
    return html`${this.choice<Word>('state', 'border.how', WORDS, 'border.watch')}
      <div class="twos">
        ${this.line('from', 'border.from', { type: 'datetime-local', field: 'from_us' })}
        ${this.line('to', 'border.to_time', { type: 'datetime-local', field: 'to_us' })}
      </div>
      ${this.line('text', 'border.text', { rows: 4, optional: true })}
      ${this.line('text_en', 'border.text_en', { rows: 2, optional: true })}
      ${this.draft.gaps.map((_, place) => this.gap(place))}
      <p>
        <button type="button" data-gap @click=${() => this.putGap(this.draft.gaps.length, {})}>
          <toguna-icon name="plus"></toguna-icon>${t('border.gap_add')}
        </button>
      </p>`
  }

  private putGap(place: number, changes: Partial<WatchDraft['gaps'][number]> | null): void {
    const gaps = [...this.draft.gaps]
    if (changes === null) gaps.splice(place, 1)
    else gaps[place] = { ...(gaps[place] ?? { from: this.draft.from, to: this.draft.to, why: '' }), ...changes }
    this.put({ gaps }, `gaps[${place}]`)
  }

  private gap(place: number) {
    const gap = this.draft.gaps[place]
    const error = this.error(`gaps[${place}]`)
    const part = (name: 'from' | 'to' | 'why', label: string, type: string) => html`<toguna-field label=${t(label)}>
      <input
        name=${`gap-${name}-${place}`}
        type=${type}
        maxlength="200"
        .value=${gap?.[name] ?? ''}
        @input=${(event: Event) => this.putGap(place, { [name]: (event.target as HTMLInputElement).value })}
      />
    </toguna-field>`
    return html`<fieldset data-field=${`gaps[${place}]`} error=${error} tabindex="-1">
      <legend>${t('border.gap_add')}</legend>
      <div class="twos">${part('from', 'border.from', 'datetime-local')} ${part('to', 'border.to_time', 'datetime-local')}</div>
      ${part('why', 'border.gap_reason', 'text')}
      ${error ? html`<p class="notice bad" role="alert">${error}</p>` : nothing}
      <button type="button" class="plain" @click=${() => this.putGap(place, null)}>${t('border.gap_remove')}</button>
    </fieldset>`
  }

  private posture() {
    return html`${this.choice<Stance>('posture', 'border.posture', STANCES, 'border.posture')}
      ${this.line('note', 'border.note', { rows: 2, optional: true, most: 2_000 })}
      <div class="twos">
        ${this.line('until', 'border.end', { type: 'datetime-local', optional: true, field: 'until_us' })}
        ${this.line('contact', 'border.contact', { optional: true, hint: 'border.contact_hint' })}
      </div>`
  }
}
define('toguna-sector-word', TogunaSectorWord)
