/** A field report as it is typed, and the report that it becomes. Pure. */

import { parsePlace } from '../sharing/place'

export const CATEGORIES = [
  'movement', 'clash', 'attack', 'displacement', 'infrastructure', 'hazard', 'outbreak', 'other',
] as const

/** How one knows it, and the grade that this stands for (source A–F, content 1–6). */
export const SEEN = {
  self: { grade: 'B', credibility: 2 },
  witness: { grade: 'C', credibility: 3 },
  rumour: { grade: 'F', credibility: 6 },
} as const
export type Seen = keyof typeof SEEN

/** What stands in the fields, as text. */
export interface Fields {
  category: string
  title: string
  text: string
  /** As an input of type datetime-local gives it, UTC. */
  when: string
  place: string
  /** How exactly a receiver knew the position, metres; null when it was typed. */
  radius_m: number | null
  seen: Seen
}

/** A photo, already made smaller. `digest` is there once the node has it. */
export interface Photo {
  blob: Blob
  digest?: string
}

/** What is wrong with a report, as the node or this page says it. */
export interface Wrong {
  what: string
  where: string
  remedy: string
}

/** A report that is not sent. `id` is what makes it arrive once. */
export interface FieldReport {
  id: string
  party: string
  person: string
  office: string
  made_us: number
  fields: Fields
  photos: Photo[]
  state: 'waiting' | 'refused'
  wrong?: Wrong
  tries: number
  /** Counts its edits, so that an answer to older words does not end newer ones. */
  edition: number
}

export type FieldName = 'category' | 'title' | 'text' | 'when' | 'place' | 'photos'
/** What is wrong by field: a key of words and what fills it. */
export type Problems = Partial<Record<FieldName, [key: string, params?: Record<string, string | number>]>>

export const MOST_PHOTOS = 6
export const LENGTHS = { title: 200, text: 20_000 } as const
const FUTURE_US = 3_600_000_000

/** Fields to begin with. */
export function emptyFields(now_us: number): Fields {
  return { category: '', title: '', text: '', when: whenText(now_us), place: '', radius_m: null, seen: 'self' }
}

/** What an input for a moment shows, to the minute. */
export function whenText(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 16)
}

/** The moment in such a text, microseconds; null when it is none. */
export function whenOf(text: string): number | null {
  const found = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? Date.parse(`${text}Z`) : NaN
  return Number.isNaN(found) ? null : found * 1000
}

/** What is wrong with what was typed; nothing when it can be sent. */
export function problemsOf(fields: Fields, photos: number, now_us: number): Problems {
  const problems: Problems = {}
  for (const name of ['category', 'title'] as const) if (!fields[name].trim()) problems[name] = ['field.needed']
  for (const name of ['title', 'text'] as const) {
    if (fields[name].trim().length > LENGTHS[name]) problems[name] = ['field.too_long', { most: LENGTHS[name] }]
  }
  const when = whenOf(fields.when)
  if (when === null) problems.when = [fields.when ? 'field.no_time' : 'field.needed']
  else if (when > now_us + FUTURE_US) problems.when = ['field.in_future']
  if (fields.place.trim() && !parsePlace(fields.place)) problems.place = ['field.no_place']
  if (photos > MOST_PHOTOS) problems.photos = ['field.too_many_photos', { most: MOST_PHOTOS }]
  return problems
}

/** The body of `sharing.report/1`; only for fields without problems. */
export function bodyOf(fields: Fields, digests: readonly string[]): Record<string, unknown> {
  const when = whenOf(fields.when) ?? 0
  const place = fields.place.trim() ? parsePlace(fields.place) : null
  const radius_m = fields.radius_m ?? place?.within_m
  const title = fields.title.trim()
  return {
    category: fields.category,
    title,
    text: fields.text.trim() || title,
    from_us: when,
    to_us: when,
    date_precision: 'moment',
    ...(place ? { lat_e7: place.lat_e7, lon_e7: place.lon_e7 } : {}),
    ...(place && radius_m ? { radius_m } : {}),
    ...(radius_m && radius_m > 1000 ? { where_precision: 'near' } : {}),
    ...SEEN[fields.seen],
    ...(digests.length ? { evidence: [...digests] } : {}),
  }
}
