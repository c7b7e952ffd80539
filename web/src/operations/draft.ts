/** What is typed about a passage, and the body that it means. Pure. */

import { fieldOf, momentOf, type Made, type Problems } from '../borders/draft'
import { parsePlace } from '../sharing/place'
import { strip } from './sketch'
import type { Pair, Request, Terms, Volume, Word } from './shapes'

const HOUR_US = 3_600 * 1_000_000
const KM = 1_000

/** The host's answer as it is typed. */
export interface AnswerDraft {
  word: Word
  depth_km: string
  until: string
  ceiling_m: string
  conditions: string
  why: string
  terms: string
}

/** The standing terms of ours that fit, prefilled: depth and hours no wider than asked for. */
export function answerDraft(request: Request, word: Word, terms: Terms | undefined, now_us: number): AnswerDraft {
  const asked = request.volume
  const begins = Math.max(asked.from_us ?? now_us, now_us)
  const until_us = Math.min(asked.until_us ?? Infinity, begins + (terms?.hours ?? 12) * HOUR_US)
  return {
    word,
    depth_km: String(Math.min(request.depth_m, terms?.depth_m ?? request.depth_m) / KM),
    until: fieldOf(until_us),
    ceiling_m: asked.ceiling_m === undefined ? '' : String(asked.ceiling_m),
    conditions: terms?.conditions ?? '',
    why: '',
    terms: terms?.address ?? '',
  }
}

/** The body of a consent; only what is narrower than what was asked for stands in it. */
export function answerOf(draft: AnswerDraft, request: Request): Made {
  const problems: Problems = {}
  const body: Record<string, unknown> = { answer: draft.word }
  if (draft.word === 'no') {
    if (!draft.why.trim()) problems['why'] = 'operation.why_needed'
    body['why'] = draft.why.trim()
    return { body, problems }
  }
  if (draft.word === 'yes') return { body, problems }
  const depth = metresOf(draft.depth_km, KM)
  if (depth === null) problems['depth_m'] = 'operation.no_number'
  else if (depth > request.depth_m) problems['depth_m'] = 'operation.wider'
  else if (depth < request.depth_m) body['depth_m'] = depth
  const until = momentOf(draft.until)
  // The field has no seconds: the same minute is the same end.
  if (until === null) problems['until_us'] = 'operation.no_time'
  else if (draft.until !== fieldOf(request.volume.until_us ?? 0)) {
    if (until > (request.volume.until_us ?? Infinity)) problems['until_us'] = 'operation.wider'
    body['until_us'] = until
  }
  const asked = request.volume.ceiling_m
  if (draft.ceiling_m.trim()) {
    const ceiling = metresOf(draft.ceiling_m, 1)
    if (ceiling === null) problems['ceiling_m'] = 'operation.no_number'
    else if (asked !== undefined && ceiling > asked) problems['ceiling_m'] = 'operation.wider'
    else if (ceiling !== asked) body['ceiling_m'] = ceiling
  }
  if (draft.conditions.trim()) body['conditions'] = draft.conditions.trim()
  if (Object.keys(body).length === 1 && !Object.keys(problems).length) problems['depth_m'] = 'operation.no_limit'
  if (draft.terms) body['terms'] = draft.terms
  return { body, problems }
}

/** A length of at least 0 as it is typed, in metres; null when it is none. */
export function metresOf(text: string, unit_m: number): number | null {
  const plain = text.trim().replace(/[\s\u202f\u00a0]/g, '').replace(',', '.')
  return /^\d{1,7}(\.\d{1,3})?$/.test(plain) ? Math.round(Number(plain) * unit_m) : null
}

/** Where and when something is, as it is typed. */
export interface VolumeDraft {
  shape: 'border' | 'area' | 'line'
  points: string
  half_width_km: string
  floor_m: string
  ceiling_m: string
  from: string
  until: string
}

export function emptyVolume(shape: VolumeDraft['shape'], now_us: number, hours = 12): VolumeDraft {
  return {
    shape, points: '', half_width_km: '2', floor_m: '', ceiling_m: '',
    from: fieldOf(now_us), until: fieldOf(now_us + hours * HOUR_US),
  }
}

/** One place a line, latitude first, as people type them; which line cannot be read, or null. */
export function pointsOf(text: string): { points: Pair[]; wrong: number | null } {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean)
  const found = lines.map(parsePlace)
  const wrong = found.findIndex((one) => one === null)
  const points = found.flatMap((one): Pair[] => (one ? [[one.lon_e7, one.lat_e7]] : []))
  return { points, wrong: wrong < 0 ? null : wrong }
}

/** A ring that ends where it begins. */
export function closed(points: readonly Pair[]): Pair[] {
  const [first, last] = [points[0], points.at(-1)]
  return first && last && String(first) !== String(last) ? [...points, first] : [...points]
}

/** The volume that is meant. `at` is its place in the body (`volume`), `border` that of a request. */
export function volumeOf(draft: VolumeDraft, at: string, border: readonly Pair[] = [], depth_m = 0) {
  const problems: Problems = {}
  const volume: Volume = {}
  const { points, wrong } = pointsOf(draft.points)
  if (draft.shape === 'border') {
    if (border.length > 1 && depth_m > 0) volume.area = [closed(strip(border, depth_m * 1.05))]
  } else if (wrong !== null) problems[`${at}.points`] = 'operation.place_wrong'
  else if (draft.shape === 'area') {
    if (points.length < 3) problems[`${at}.points`] = 'operation.three_corners'
    else volume.area = [closed(points)]
  } else {
    const half = metresOf(draft.half_width_km, KM)
    if (points.length < 2) problems[`${at}.points`] = 'operation.two_points'
    else volume.line = points
    if (!half) problems[`${at}.half_width_m`] = 'operation.no_number'
    else volume.half_width_m = half
  }
  for (const name of ['floor_m', 'ceiling_m'] as const) {
    if (!draft[name].trim()) continue
    const height = /^-?\d{1,5}$/.test(draft[name].trim()) ? Number(draft[name].trim()) : null
    if (height === null) problems[`${at}.${name}`] = 'operation.no_number'
    else volume[name] = height
  }
  const [from, until] = [momentOf(draft.from), momentOf(draft.until)]
  if (from === null) problems[`${at}.from_us`] = 'operation.no_time'
  else volume.from_us = from
  if (until === null) problems[`${at}.until_us`] = 'operation.no_time'
  else volume.until_us = until
  if (from !== null && until !== null && until <= from) problems[`${at}.until_us`] = 'operation.ends_before'
  return { volume, problems }
}

/** A request to cross as it is typed. */
export interface RequestDraft {
  host: string
  title: string
  why: string
  units: string[]
  depth_km: string
  border: string
  conditions: string
  urgent: boolean
  volume: VolumeDraft
}

export function emptyRequest(now_us: number): RequestDraft {
  return {
    host: '', title: '', why: '', units: [], depth_km: '50', border: '', conditions: '', urgent: true,
    volume: emptyVolume('border', now_us),
  }
}

export function requestOf(draft: RequestDraft): Made {
  const problems: Problems = {}
  for (const name of ['host', 'title', 'why'] as const)
    if (!draft[name].trim()) problems[name] = 'writing.needed'
  if (!draft.units.length) problems['units'] = 'operation.which_units'
  const depth_m = metresOf(draft.depth_km, KM)
  if (!depth_m) problems['depth_m'] = 'operation.no_number'
  const { points: border, wrong } = pointsOf(draft.border)
  if (wrong !== null) problems['border'] = 'operation.place_wrong'
  else if (border.length < 2) problems['border'] = 'operation.two_points'
  const { volume, problems: wrongs } = volumeOf(draft.volume, 'volume', border, depth_m ?? 0)
  const body: Record<string, unknown> = {
    host: draft.host, title: draft.title.trim(), why: draft.why.trim(), units: draft.units, depth_m, border, volume,
  }
  if (draft.urgent) body['urgent'] = true
  if (draft.conditions.trim()) body['conditions'] = draft.conditions.trim()
  return { body, problems: { ...problems, ...wrongs } }
}
