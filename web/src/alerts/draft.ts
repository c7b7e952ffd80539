/** An alert as it is typed, and the body that it means. Pure. */

import { placeNamed } from '../house/where'
import { parsePlace } from '../sharing/place'
import type { Level } from './shapes'

export interface Draft {
  to: string[]
  also_ours: boolean
  level: Level
  category: string
  title: string
  title_en: string
  text: string
  text_en: string
  place: string
  radius_m: string
  place_name: string
  ack_within_s: string
  escalate_after_s: string
  for_office: string
  escalate_to: string
  valid_h: string
}

export type Field = keyof Draft
/** A key of words for each field that is wrong. */
export type Problems = Partial<Record<Field, string>>

export const CATEGORIES = [
  'attack', 'clash', 'movement', 'hazard', 'displacement', 'outbreak', 'infrastructure', 'aircraft', 'other',
]
export const LEVELS: readonly Level[] = ['flash', 'urgent', 'routine']
const HOUR_US = 3_600 * 1_000_000

export function emptyDraft(): Draft {
  return {
    to: [], also_ours: false, level: 'urgent', category: '', title: '', title_en: '', text: '', text_en: '',
    place: '', radius_m: '', place_name: '', ack_within_s: '300', escalate_after_s: '900',
    for_office: 'duty', escalate_to: 'liaison', valid_h: '24',
  }
}

/** The body of the record, or what is wrong with the draft. */
export function bodyOf(draft: Draft, now_us: number): { body: Record<string, unknown>; problems: Problems } {
  const problems: Problems = {}
  if (draft.to.length === 0 && !draft.also_ours) problems.to = 'alert.nobody'
  for (const name of ['category', 'title', 'text'] as const)
    if (!draft[name].trim()) problems[name] = 'alert.needed'
  const ack = whole(draft.ack_within_s)
  const up = whole(draft.escalate_after_s)
  const hours = whole(draft.valid_h)
  if (ack === null) problems.ack_within_s = 'alert.no_number'
  if (up === null) problems.escalate_after_s = 'alert.no_number'
  else if (ack !== null && up < ack) problems.escalate_after_s = 'alert.clock_order'
  if (hours === null) problems.valid_h = 'alert.no_number'
  const place = placeOf(draft, problems)
  const body: Record<string, unknown> = {
    ...texts(draft),
    ...place,
    ack_within_s: ack,
    escalate_after_s: up,
    category: draft.category,
    level: draft.level,
    for_offices: [draft.for_office],
    escalate_to: draft.escalate_to,
    until_us: now_us + (hours ?? 0) * HOUR_US,
  }
  if (draft.also_ours) body['also_ours'] = true
  return { body, problems }
}

function texts(draft: Draft): Record<string, string> {
  const names = ['title', 'title_en', 'text', 'text_en', 'place_name'] as const
  return Object.fromEntries(names.map((name) => [name, draft[name].trim()]).filter(([, text]) => text))
}

function placeOf(draft: Draft, problems: Problems): Record<string, number> {
  const typed = draft.place.trim()
  const radius = draft.radius_m.trim() ? whole(draft.radius_m) : undefined
  if (radius === null) problems.radius_m = 'alert.no_number'
  if (!typed) {
    if (radius !== undefined) problems.radius_m = 'alert.radius_alone'
    return {}
  }
  const found = parsePlace(typed)
  if (!found) {
    problems.place = 'alert.no_place'
    return {}
  }
  const { lat_e7, lon_e7 } = found
  return radius ? { lat_e7, lon_e7, radius_m: radius } : { lat_e7, lon_e7 }
}

/** A whole number of at least 1, or null. */
export function whole(text: string): number | null {
  const plain = text.trim().replace(/[\s\u202f]/g, '')
  return /^[1-9]\d{0,8}$/.test(plain) ? Number(plain) : null
}

/** The field that the node means when it names a place in what it was sent. */
export function fieldOf(where: string, what = ''): Field | null {
  const name = placeNamed(where, what)
  const others: Record<string, Field> = {
    'label.to': 'to', lat_e7: 'place', lon_e7: 'place', until_us: 'valid_h', for_offices: 'for_office',
  }
  return others[name] ?? (name in emptyDraft() ? (name as Field) : null)
}
