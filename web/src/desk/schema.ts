/** A JSON Schema as msgspec writes it, read as fields of a form. Pure. */

import { parsePlace, type Place } from '../house/shape'
import type { Schema } from '../house/shapes'

export type FieldType = 'text' | 'long' | 'whole' | 'moment' | 'yes' | 'choice' | 'many' | 'group' | 'groups' | 'place' | 'other'

/** One field of a body. Bounds are those of the schema; undefined: none. */
export interface Field {
  name: string
  type: FieldType
  required: boolean
  description: string
  choices: (string | number)[]
  minimum?: number
  maximum?: number
  shortest?: number
  longest?: number
  pattern?: string
  fallback?: unknown
  /** Of a group, or of each of several groups. */
  fields: Field[]
}

/** Texts that may be longer than this get several lines. */
const LONG = 300

type Defs = Record<string, Schema>

/** The fields of a body, required ones first, in the order in which they were declared. */
export function fieldsOf(schema: Schema): Field[] {
  const defs = schema.$defs ?? {}
  return sorted(inner(schema, defs))
}

function inner(schema: Schema, defs: Defs): Field[] {
  const found = resolved(schema, defs)
  const required = new Set(found.required ?? [])
  const properties = Object.entries(found.properties ?? {})
  const pair = 'lat_e7' in (found.properties ?? {}) && 'lon_e7' in (found.properties ?? {})
  return properties
    .filter(([name]) => !(pair && name === 'lon_e7'))
    .map(([name, one]) => {
      const field = fieldOf(name, one, required.has(name), defs)
      return pair && name === 'lat_e7' ? { ...field, type: 'place' as const } : field
    })
}

function sorted(fields: Field[]): Field[] {
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)]
}

/** The schema behind references and behind "or null". */
function resolved(schema: Schema, defs: Defs): Schema {
  if (schema.$ref) return resolved({ ...defs[schema.$ref.replace('#/$defs/', '')], ...without(schema, '$ref') }, defs)
  const others = schema.anyOf?.filter((one) => one.type !== 'null')
  if (others?.length === 1 && others[0]) return resolved({ ...others[0], ...without(schema, 'anyOf') }, defs)
  return schema
}

function without(schema: Schema, name: keyof Schema): Schema {
  const { [name]: _, ...rest } = schema
  return rest
}

function fieldOf(name: string, schema: Schema, required: boolean, defs: Defs): Field {
  const found = resolved(schema, defs)
  const items = found.items ? resolved(found.items, defs) : undefined
  const type = typeOf(name, found, items)
  const groups = type === 'group' ? found : type === 'groups' ? items : undefined
  return {
    name,
    type,
    required,
    description: schema.description ?? found.description ?? '',
    choices: found.enum ?? items?.enum ?? [],
    minimum: found.minimum,
    maximum: found.maximum,
    shortest: found.minLength,
    longest: found.maxLength,
    pattern: found.pattern,
    fallback: schema.default ?? found.default,
    fields: groups ? inner(groups, defs) : [],
  }
}

function typeOf(name: string, schema: Schema, items?: Schema): FieldType {
  if (schema.enum) return 'choice'
  if (schema.type === 'boolean') return 'yes'
  if (schema.type === 'integer') return name.endsWith('_us') ? 'moment' : 'whole'
  if (schema.type === 'string') return (schema.maxLength ?? LONG + 1) > LONG ? 'long' : 'text'
  if (schema.type === 'array') return items?.properties ? 'groups' : items?.type === 'string' || items?.enum ? 'many' : 'other'
  if (schema.type === 'object' && schema.properties) return 'group'
  return 'other'
}

/** What somebody typed, by the name of the field: text as typed, ticks, and so on. */
export type Typed = Record<string, unknown>

/** What is wrong with one field: a key of words and its parameters. */
export interface Wrong {
  key: string
  params: Record<string, string | number>
}

/** What is wrong, by the path of the field; empty when the body can be sent. */
export type Wrongs = Record<string, Wrong>

/** The body that was typed, and what is wrong with it. Empty fields are left out. */
export function bodyOf(fields: readonly Field[], typed: Typed, at = ''): { body: Record<string, unknown>; wrongs: Wrongs } {
  const body: Record<string, unknown> = {}
  const wrongs: Wrongs = {}
  for (const field of fields) {
    const path = at ? `${at}.${field.name}` : field.name
    if (field.type === 'place') {
      const said = typed[field.name] as Place | string | null | undefined
      const place = typeof said === 'string' ? parsePlace(said) : said
      if (place) Object.assign(body, { lat_e7: place.lat_e7, lon_e7: place.lon_e7 })
      else if (typeof said === 'string' && said.trim()) wrongs[path] = { key: 'wrong.place', params: {} }
      else if (field.required) wrongs[path] = { key: 'wrong.missing', params: {} }
      continue
    }
    const { value, wrong, inside } = read(field, typed[field.name], path)
    Object.assign(wrongs, inside)
    if (wrong) wrongs[path] = wrong
    else if (value !== undefined) body[field.name] = value
    else if (field.required) wrongs[path] = { key: 'wrong.missing', params: {} }
  }
  return { body, wrongs }
}

interface Read {
  value?: unknown
  wrong?: Wrong
  inside?: Wrongs
}

function read(field: Field, value: unknown, path: string): Read {
  switch (field.type) {
    case 'yes':
      return { value: value === undefined ? field.fallback : Boolean(value) }
    case 'whole':
      return whole(field, value)
    case 'moment':
      return moment(value)
    case 'choice':
      return { value: field.choices.find((one) => String(one) === String(value ?? '')) }
    case 'many':
      return { value: lines(value) }
    case 'group':
      return group(field, value, path)
    case 'groups':
      return groups(field, value, path)
    case 'other':
      return other(value)
    default:
      return text(field, value)
  }
}

function text(field: Field, value: unknown): Read {
  const typed = typeof value === 'string' ? value.trim() : ''
  if (!typed) return {}
  if (field.longest !== undefined && typed.length > field.longest) return { wrong: { key: 'wrong.longer', params: { n: field.longest } } }
  if (field.shortest !== undefined && typed.length < field.shortest) return { wrong: { key: 'wrong.shorter', params: { n: field.shortest } } }
  if (field.pattern && !new RegExp(field.pattern, 'u').test(typed)) return { wrong: { key: 'wrong.pattern', params: { pattern: field.pattern } } }
  return { value: typed }
}

function whole(field: Field, value: unknown): Read {
  const typed = String(value ?? '').replace(/[\s\u202f\u00a0]/g, '')
  if (!typed) return {}
  if (!/^[+-]?\d+$/.test(typed)) return { wrong: { key: 'wrong.whole', params: {} } }
  const number = Number(typed)
  if (field.minimum !== undefined && number < field.minimum) return { wrong: { key: 'wrong.less', params: { n: field.minimum } } }
  if (field.maximum !== undefined && number > field.maximum) return { wrong: { key: 'wrong.more', params: { n: field.maximum } } }
  return { value: number }
}

/** `2025-11-24T14:05` as an input gives it, taken as UTC. */
function moment(value: unknown): Read {
  const typed = String(value ?? '').trim()
  if (!typed) return {}
  const ms = Date.parse(/Z$|[+-]\d\d:\d\d$/.test(typed) ? typed : `${typed}Z`)
  return Number.isNaN(ms) ? { wrong: { key: 'wrong.moment', params: {} } } : { value: ms * 1000 }
}

function lines(value: unknown): string[] | undefined {
  const all = Array.isArray(value) ? value.map(String) : String(value ?? '').split(/[\n,;]/)
  const found = all.map((one) => one.trim()).filter(Boolean)
  return found.length ? found : undefined
}

function group(field: Field, value: unknown, path: string): Read {
  const typed = (value ?? {}) as Typed
  const { body, wrongs } = bodyOf(field.fields, typed, path)
  const empty = Object.keys(body).length === 0
  if (empty && !field.required) return {}
  return { value: body, inside: wrongs }
}

function groups(field: Field, value: unknown, path: string): Read {
  if (!Array.isArray(value) || value.length === 0) return {}
  const inside: Wrongs = {}
  const all = value.map((one, place) => {
    const { body, wrongs } = bodyOf(field.fields, one as Typed, `${path}[${place}]`)
    Object.assign(inside, wrongs)
    return body
  })
  return { value: all, inside }
}

function other(value: unknown): Read {
  const typed = String(value ?? '').trim()
  if (!typed) return {}
  try {
    return { value: JSON.parse(typed) as unknown }
  } catch {
    return { wrong: { key: 'wrong.json', params: {} } }
  }
}

/** The path of the field that the node complained of: `$.body.title` is `title`. */
export function placeOf(where: string, paths: readonly string[]): string {
  const bare = where.replace(/^\$\.?/, '').replace(/^body\.?/, '').replaceAll('[...]', '')
  const exact = paths.find((path) => path === bare)
  if (exact) return exact
  const begins = [...paths].sort((a, b) => b.length - a.length).find((path) => bare.startsWith(`${path}.`) || bare.startsWith(`${path}[`))
  return begins ?? (bare === 'lon_e7' && paths.includes('lat_e7') ? 'lat_e7' : '')
}
