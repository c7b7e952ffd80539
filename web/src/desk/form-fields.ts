/** The inputs of a form, one for each field of a schema. */

import { html, nothing, type TemplateResult } from 'lit'

import { fieldName, valueName } from '../house/naming'
import { iso, mgrsOf, type Place } from '../house/shape'
import { t } from '../house/words'
import type { Field, Typed } from './schema'
import './words.fields'
import './words.values'
import '../parts/field'

export interface Rows {
  kind: string
  fields: readonly Field[]
  typed: Typed
  errorOf: (path: string) => string
  type: (typed: Typed) => void
  at?: string
}

/** A row for every field. `type` is told the whole of what is typed, anew at every stroke. */
export function fieldRows(rows: Rows): TemplateResult[] {
  return rows.fields.map((field) => row(rows, field))
}

function row(rows: Rows, field: Field): TemplateResult {
  const path = rows.at ? `${rows.at}.${field.name}` : field.name
  const put = (value: unknown) => rows.type({ ...rows.typed, [field.name]: value })
  if (field.type === 'group') return group(rows, field, path, put)
  if (field.type === 'groups') return groups(rows, field, path, put)
  const name = field.type === 'place' ? t('of.place') : fieldName(rows.kind, field.name)
  if (field.type === 'yes') return tick(name, rows.typed[field.name] ?? field.fallback, put)
  return html`<toguna-field
    data-path=${path}
    label=${name}
    hint=${hintOf(field)}
    error=${rows.errorOf(path)}
    ?optional=${!field.required}
    >${input(rows, field, put)}</toguna-field
  >`
}

function hintOf(field: Field): string {
  if (field.type === 'moment') return t('form.utc')
  if (field.type === 'whole' && field.name.endsWith('_m')) return t('form.metres')
  if (field.type === 'whole' && field.name.endsWith('_s')) return t('form.seconds')
  if (field.type === 'many') return t('form.one_a_line')
  if (field.type === 'place') return t('form.place_hint')
  if (field.type === 'other') return 'JSON'
  return ''
}

function tick(name: string, value: unknown, put: (value: unknown) => void): TemplateResult {
  return html`<label class="tick"
    ><input type="checkbox" .checked=${Boolean(value)} @change=${(event: Event) => put((event.target as HTMLInputElement).checked)} />${name}</label
  >`
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

function input(rows: Rows, field: Field, put: (value: unknown) => void): TemplateResult {
  const typed = rows.typed[field.name]
  const take = (event: Event) => put((event.target as Input).value)
  switch (field.type) {
    case 'long':
      return html`<textarea name=${field.name} .value=${String(typed ?? '')} @input=${take}></textarea>`
    case 'many':
      return html`<textarea
        name=${field.name}
        rows="2"
        .value=${Array.isArray(typed) ? typed.join('\n') : String(typed ?? '')}
        @input=${take}
      ></textarea>`
    case 'choice':
      return html`<select name=${field.name} @change=${take}>
        ${typed === undefined || !field.required ? html`<option value="">—</option>` : nothing}
        ${field.choices.map(
          (one) =>
            html`<option value=${one} ?selected=${String(typed ?? '') === String(one)}>${valueName(rows.kind, field.name, one)}</option>`,
        )}
      </select>`
    case 'moment':
      return html`<input name=${field.name} type="datetime-local" step="1" .value=${asTyped(typed)} @input=${take} />`
    case 'whole':
      return html`<input name=${field.name} inputmode="numeric" autocomplete="off" .value=${String(typed ?? '')} @input=${take} />`
    case 'place':
      return place(field, typed as Place | string | null, put)
    default:
      return html`<input name=${field.name} autocomplete="off" .value=${String(typed ?? '')} @input=${take} />`
  }
}

/** What a moment input shows: text as it was typed, or a fallback of microseconds. */
function asTyped(value: unknown): string {
  return typeof value === 'number' ? iso(value).slice(0, 19) : String(value ?? '')
}

function place(field: Field, value: Place | string | null | undefined, put: (value: unknown) => void): TemplateResult {
  const shown = typeof value === 'string' ? value : value ? mgrsOf(value.lat_e7, value.lon_e7) : ''
  const take = (event: Event) => put((event.target as HTMLInputElement).value)
  return html`<input name=${field.name} autocomplete="off" placeholder="30P WC 12345 67890" .value=${shown} @input=${take} />`
}

function group(rows: Rows, field: Field, path: string, put: (value: unknown) => void): TemplateResult {
  const typed = (rows.typed[field.name] ?? {}) as Typed
  return html`<fieldset>
    <legend>${fieldName(rows.kind, field.name)}</legend>
    ${fieldRows({ ...rows, fields: field.fields, typed, type: put, at: path })}
  </fieldset>`
}

function groups(rows: Rows, field: Field, path: string, put: (value: unknown) => void): TemplateResult {
  const all = (Array.isArray(rows.typed[field.name]) ? rows.typed[field.name] : []) as Typed[]
  const name = fieldName(rows.kind, field.name)
  return html`<fieldset>
    <legend>${name}</legend>
    ${all.map(
      (typed, place) => html`<fieldset>
        <legend>${name} ${place + 1}</legend>
        ${fieldRows({ ...rows, fields: field.fields, typed, at: `${path}[${place}]`, type: (one) => put(all.with(place, one)) })}
        <button type="button" class="plain" @click=${() => put(all.filter((_, n) => n !== place))}>
          <toguna-icon name="minus"></toguna-icon>${t('form.remove')}
        </button>
      </fieldset>`,
    )}
    <button type="button" @click=${() => put([...all, {}])}><toguna-icon name="plus"></toguna-icon>${t('form.add')}</button>
  </fieldset>`
}
