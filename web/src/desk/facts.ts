/** `<toguna-facts>`: the fields of any body, named and written as their schema says. */

import { css, html, nothing, type TemplateResult } from 'lit'

import { define, DeskElement } from '../house/element'
import { kindOf, kinds } from '../house/kinds'
import { fieldName, textOf, titleOf, valueName } from '../house/naming'
import { recordHash } from '../house/route'
import { degrees, distance, duration, mgrsOf, number } from '../house/shape'
import type { KindShown } from '../house/shapes'
import { t } from '../house/words'
import { base } from '../parts/base'
import { fieldsOf, type Field } from './schema'
import './words.fields'
import './words.values'

const ADDRESS = /^[a-z][a-z0-9_-]*\/(?:home|spine)\/\d+$/
const DIGEST = /^[0-9a-f]{64}$/
/** Shown by themselves, above the list. */
const SHOWN = new Set(['title', 'title_en', 'text', 'text_en', 'lon_e7', 'credibility'])

export class TogunaFacts extends DeskElement {
  static override properties = { kind: {}, body: { attribute: false }, declared: { state: true } }
  static override styles = [
    base,
    css`
      .text {
        white-space: pre-wrap;
        font-size: 1rem;
        line-height: 1.55;
        margin: 0 0 14px;
      }
      ul {
        margin: 0;
        padding-left: 1.1em;
      }
      dl dl {
        border-left: 2px solid var(--line);
        padding-left: 10px;
      }
    `,
  ]
  kind = ''
  body: Record<string, unknown> = {}
  private declared?: KindShown

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('kind')) void kinds().then(async () => (this.declared = await kindOf(this.kind)), () => undefined)
  }

  override render() {
    const text = textOf(this.body)
    return html`${text && text !== titleOf(this.body) ? html`<p class="text">${text}</p>` : nothing} ${this.list(this.body, this.fields)}`
  }

  private get fields(): Field[] {
    return this.declared ? fieldsOf(this.declared.fields) : []
  }

  private list(body: Record<string, unknown>, fields: readonly Field[]): TemplateResult {
    const known = fields.map((field) => field.name)
    const names = [...known, ...Object.keys(body).filter((name) => !known.includes(name))]
    const there = names.filter((name) => body[name] !== undefined && body[name] !== null && !SHOWN.has(name))
    return html`<dl class="facts">
      ${there.map((name) => {
        const field = fields.find((one) => one.name === name)
        return html`<dt title=${field?.description || nothing}>${this.nameOf(name)}</dt>
          <dd>${this.value(name, body[name], body, field)}</dd>`
      })}
    </dl>`
  }

  private nameOf(name: string): string {
    return name === 'lat_e7' ? t('of.place') : fieldName(this.kind, name)
  }

  private value(name: string, value: unknown, body: Record<string, unknown>, field?: Field): unknown {
    if (name === 'lat_e7') return this.place(Number(value), Number(body['lon_e7']))
    if (name === 'grade') return html`<toguna-grade .grade=${String(value)} .credibility=${Number(body['credibility'] ?? 0)}></toguna-grade>`
    if (typeof value === 'boolean') return t(value ? 'desk.yes' : 'desk.no')
    if (typeof value === 'number') {
      if (name.endsWith('_us')) return html`<toguna-when full .us=${value}></toguna-when>`
      if (name.endsWith('_m')) return distance(value)
      if (name.endsWith('_s')) return duration(value * 1_000_000)
      return field?.choices.length ? valueName(this.kind, name, value) : number(value)
    }
    if (typeof value === 'string') return this.words(name, value, field)
    if (Array.isArray(value)) return this.many(name, value, field)
    return this.list(value as Record<string, unknown>, field?.fields ?? [])
  }

  private words(name: string, value: string, field?: Field): unknown {
    if (ADDRESS.test(value)) return html`<a class="mono" href=${recordHash(value)}>${value}</a>`
    if (DIGEST.test(value)) return html`<span class="mono" title=${value}>${value.slice(0, 16)}…</span>`
    if (name === 'party' || name === 'onto' || name === 'owner') return html`<toguna-party long .party=${value}></toguna-party>`
    return field?.choices.length ? valueName(this.kind, name, value) : value
  }

  private many(name: string, values: unknown[], field?: Field): unknown {
    if (values.length === 0) return html`<span class="soft">${t('desk.none')}</span>`
    const plain = values.every((value) => typeof value === 'string' && !ADDRESS.test(value) && value.length < 24)
    if (plain) return values.map((value) => valueName(this.kind, name, String(value))).join(', ')
    return html`<ul>
      ${values.map((value) => html`<li>${this.value(name, value, {}, field)}</li>`)}
    </ul>`
  }

  private place(lat_e7: number, lon_e7: number) {
    if (Number.isNaN(lat_e7 + lon_e7)) return t('desk.none')
    return html`${degrees(lat_e7, lon_e7)}<br /><span class="mono">${mgrsOf(lat_e7, lon_e7)}</span>`
  }
}
define('toguna-facts', TogunaFacts)
