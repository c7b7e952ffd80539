/** A report as it is typed, and the body that it becomes. Pure, but for the drafts kept here. */

import { parsePlace } from './place'
import { DATE_PRECISIONS, spanOf, textOf, type DatePrecision } from './when'

export const CATEGORIES = [
  'attack', 'clash', 'movement', 'hazard', 'displacement', 'outbreak', 'infrastructure', 'other',
] as const
export const WHERE_PRECISIONS = ['exact', 'near', 'area', 'region', 'country'] as const
export const GRADES = ['A', 'B', 'C', 'D', 'E', 'F'] as const
export const CREDIBILITIES = ['1', '2', '3', '4', '5', '6'] as const

/** A picture that lies at home, by the digest of its bytes. */
export interface Picture {
  digest: string
  name: string
  bytes: number
}

/** What stands in the fields, as text. */
export interface Draft {
  category: string
  title: string
  title_en: string
  text: string
  text_en: string
  date_precision: DatePrecision
  from: string
  until: string
  place: string
  where_precision: string
  radius_m: string
  place_name: string
  deaths_low: string
  deaths_best: string
  deaths_high: string
  grade: string
  credibility: string
  source: string
  evidence: Picture[]
}

export type Field = keyof Draft
/** What is wrong, by field: a key of words. */
export type Problems = Partial<Record<Field, string>>

/** The body of `sharing.report/1`, as far as this page writes it. */
export type Body = Record<string, unknown>

/** Nothing typed yet. */
export function emptyDraft(): Draft {
  const nothing = Object.fromEntries(
    ['category', 'title', 'title_en', 'text', 'text_en', 'from', 'until', 'place', 'radius_m', 'place_name',
      'deaths_low', 'deaths_best', 'deaths_high', 'grade', 'credibility', 'source'].map((name) => [name, '']),
  )
  return { ...nothing, date_precision: 'day', where_precision: 'exact', evidence: [] } as unknown as Draft
}

const LENGTHS: Partial<Record<Field, number>> = {
  title: 200, title_en: 200, place_name: 200, source: 200, text: 20_000, text_en: 20_000,
}
const DEATHS = ['deaths_low', 'deaths_best', 'deaths_high'] as const
const MOST_DEATHS = 10_000_000
const FARTHEST_M = 20_038_000

/** The body of what was typed, and what is wrong with it. Only without problems it counts. */
export function bodyOf(draft: Draft): { body: Body; problems: Problems } {
  const problems: Problems = {}
  const body: Body = {}
  for (const field of ['category', 'title', 'text', 'grade', 'credibility'] as const) {
    if (!draft[field].trim()) problems[field] = 'form.needed'
  }
  for (const [field, most] of Object.entries(LENGTHS) as [Field, number][]) {
    const text = (draft[field] as string).trim()
    if (text.length > most) problems[field] = 'form.too_long'
    if (text) body[field] = text
  }
  body.category = draft.category
  body.grade = draft.grade
  body.credibility = Number(draft.credibility)
  when(draft, body, problems)
  where(draft, body, problems)
  dead(draft, body, problems)
  if (draft.evidence.length) body.evidence = draft.evidence.map((picture) => picture.digest)
  return { body, problems }
}

function when(draft: Draft, body: Body, problems: Problems): void {
  const precision = DATE_PRECISIONS.includes(draft.date_precision) ? draft.date_precision : 'day'
  const span = spanOf(precision, draft.from, draft.until)
  if (!draft.from) problems.from = 'form.needed'
  else if (!span) problems[spanOf(precision, draft.from) ? 'until' : 'from'] = 'form.no_time'
  else if (span.to_us < span.from_us) problems.until = 'form.ends_before'
  if (span) Object.assign(body, span)
  if (precision !== 'day') body.date_precision = precision
}

function where(draft: Draft, body: Body, problems: Problems): void {
  const place = draft.place.trim() ? parsePlace(draft.place) : null
  if (draft.place.trim() && !place) problems.place = 'form.no_place'
  if (place) Object.assign(body, { lat_e7: place.lat_e7, lon_e7: place.lon_e7 })
  const radius = whole(draft.radius_m, FARTHEST_M)
  if (radius === undefined) problems.radius_m = 'form.no_number'
  else if (radius !== null && !draft.place.trim()) problems.radius_m = 'form.radius_without'
  else if (radius !== null) body.radius_m = radius
  if (draft.where_precision !== 'exact') body.where_precision = draft.where_precision
}

function dead(draft: Draft, body: Body, problems: Problems): void {
  const given: number[] = []
  for (const field of DEATHS) {
    const count = whole(draft[field], MOST_DEATHS)
    if (count === undefined) problems[field] = 'form.no_number'
    else if (count !== null) {
      if (given.length && count < given.at(-1)!) problems[field] ??= 'form.deaths_order'
      given.push(count)
      body[field] = count
    }
  }
}

/** A whole number; null when nothing is typed, undefined when it is none. */
function whole(text: string, most: number): number | null | undefined {
  const plain = text.replace(/[\s  ]/g, '')
  if (!plain) return null
  return /^\d{1,9}$/.test(plain) && Number(plain) <= most ? Number(plain) : undefined
}

/** The fields of a report that stands already, for its correction. */
export function draftOf(body: Body): Draft {
  const draft = emptyDraft()
  const text = (name: string) => (body[name] === undefined || body[name] === null ? '' : String(body[name]))
  for (const name of Object.keys(draft) as Field[]) {
    if (name in body && name !== 'evidence') (draft as unknown as Body)[name] = text(name)
  }
  const { from_us, to_us, lat_e7, lon_e7, evidence } = body as Record<string, number> & { evidence?: string[] }
  draft.from = textOf(draft.date_precision, from_us ?? 0)
  const until = textOf(draft.date_precision, to_us ?? 0)
  const same = spanOf(draft.date_precision, draft.from)
  if (to_us !== undefined && same?.to_us !== to_us && until !== draft.from) draft.until = until
  if (typeof lat_e7 === 'number' && typeof lon_e7 === 'number') draft.place = placeText(lat_e7, lon_e7)
  draft.evidence = (evidence ?? []).map((digest) => ({ digest, name: digest.slice(0, 8), bytes: 0 }))
  return draft
}

/** A place as the field takes it: all seven decimals, so that nothing moves by being read. */
export function placeText(lat_e7: number, lon_e7: number): string {
  return `${(lat_e7 / 1e7).toFixed(7)}, ${(lon_e7 / 1e7).toFixed(7)}`.replace(/(\.\d{4}\d*?)0+(?=,|$)/g, '$1')
}

const FIELD_OF: Record<string, Field> = {
  lat_e7: 'place', lon_e7: 'place', from_us: 'from', to_us: 'until', date_precision: 'from',
}

/** The field of which the node speaks: by `where`, or by the path at the end of its sentence. */
export function fieldOf(where: string, what: string): Field | null {
  const path = /- at `\$\.?([\w.]+)/.exec(what)?.[1] ?? where
  const name = path.split(/[.[]/).findLast((part) => part in FIELD_OF || part in emptyDraft())
  return name === undefined ? null : (FIELD_OF[name] ?? (name as Field))
}

// Drafts kept in this browser ----------------------------------------------------------------

export interface Kept {
  draft: Draft
  at_us: number
}

/** Whether anything was typed at all. */
export function isEmpty(draft: Draft): boolean {
  return JSON.stringify(draft) === JSON.stringify(emptyDraft())
}

/** Keep a draft here until it is sent; an empty one is forgotten. */
export function keepDraft(key: string, draft: Draft, now_us: number): boolean {
  try {
    if (isEmpty(draft)) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify({ draft, at_us: now_us } satisfies Kept))
    return true
  } catch {
    return false
  }
}

/** A draft that was kept here. */
export function keptDraft(key: string): Kept | null {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null
    return found && typeof found.draft === 'object' ? { ...found, draft: { ...emptyDraft(), ...found.draft } } : null
  } catch {
    return null
  }
}

