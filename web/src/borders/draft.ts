/** What is typed about a sector, and the body that it means. Pure. */

import { parsePlace } from '../sharing/place'
import type { Stance } from './shapes'

/** A key of words for each field that is wrong. */
export type Problems = Record<string, string>
export interface Made {
  body: Record<string, unknown>
  problems: Problems
}

export type Word = 'quiet' | 'movement' | 'incident' | 'unknown'
export const WORDS: readonly Word[] = ['quiet', 'movement', 'incident', 'unknown']

export interface WatchDraft {
  state: Word | ''
  from: string
  to: string
  text: string
  text_en: string
  gaps: { from: string; to: string; why: string }[]
}

export interface PostureDraft {
  posture: Stance | ''
  note: string
  contact: string
  until: string
}

export interface SectorDraft {
  name: string
  name_en: string
  area: string
  parties: string[]
  neighbours: string
  contact: string
}

const HOUR_US = 3_600 * 1_000_000

/** A moment of a `datetime-local` field, read as UTC; null when it is none. */
export function momentOf(text: string): number | null {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(`${text.slice(0, 16)}Z`) : NaN
  return Number.isNaN(ms) ? null : ms * 1000
}

/** The same, as such a field wants it. */
export function fieldOf(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 16)
}

/** A watch of the last twelve hours; nothing is said of it yet. */
export function emptyWatch(now_us: number): WatchDraft {
  return { state: '', from: fieldOf(now_us - 12 * HOUR_US), to: fieldOf(now_us), text: '', text_en: '', gaps: [] }
}

export function watchOf(draft: WatchDraft): Made {
  const problems: Problems = {}
  const from_us = momentOf(draft.from)
  const to_us = momentOf(draft.to)
  if (!draft.state) problems['state'] = 'border.say_state'
  if (from_us === null) problems['from_us'] = 'writing.needed'
  if (to_us === null) problems['to_us'] = 'writing.needed'
  if (from_us !== null && to_us !== null && to_us < from_us) problems['to_us'] = 'border.ends_before'
  const gaps = draft.gaps.map((gap, place) => {
    const found = { from_us: momentOf(gap.from), to_us: momentOf(gap.to), why: gap.why.trim() }
    const inside = found.from_us !== null && found.to_us !== null && from_us !== null && to_us !== null
      && from_us <= found.from_us && found.from_us < found.to_us && found.to_us <= to_us
    if (!inside) problems[`gaps[${place}]`] = 'border.gap_outside'
    else if (!found.why) problems[`gaps[${place}]`] = 'border.gap_why'
    return found
  })
  const body: Record<string, unknown> = { state: draft.state, from_us, to_us }
  if (gaps.length) body['gaps'] = gaps
  for (const name of ['text', 'text_en'] as const) if (draft[name].trim()) body[name] = draft[name].trim()
  return { body, problems }
}

export function postureOf(draft: PostureDraft, now_us: number): Made {
  const problems: Problems = {}
  if (!draft.posture) problems['posture'] = 'border.say_posture'
  const body: Record<string, unknown> = { posture: draft.posture }
  for (const name of ['note', 'contact'] as const) if (draft[name].trim()) body[name] = draft[name].trim()
  if (draft.until) {
    const until_us = momentOf(draft.until)
    if (until_us === null) problems['until_us'] = 'border.no_time'
    else if (until_us <= now_us) problems['until_us'] = 'border.over_already'
    body['until_us'] = until_us
  }
  return { body, problems }
}

export function sectorOf(draft: SectorDraft, own: string): Made {
  const problems: Problems = {}
  if (!draft.name.trim()) problems['name'] = 'writing.needed'
  const lines = draft.area.split('\n').map((line) => line.trim()).filter(Boolean)
  const points = lines.map(parsePlace)
  const wrong = points.findIndex((point) => point === null)
  if (lines.length < 3) problems['area'] = 'border.three_corners'
  else if (wrong >= 0) problems['area'] = 'border.corner_wrong'
  const ring = points.flatMap((point) => (point ? [[point.lon_e7, point.lat_e7]] : []))
  const [first, last] = [ring[0], ring.at(-1)]
  if (first && last && String(first) !== String(last)) ring.push(first)
  const parties = [...new Set([...draft.parties, own])].sort()
  if (parties.length < 2) problems['parties'] = 'border.with_whom'
  const neighbours = draft.neighbours.split(',').map((one) => one.trim()).filter(Boolean)
  const body: Record<string, unknown> = { name: draft.name.trim(), area: ring, parties }
  if (neighbours.length) body['neighbours'] = neighbours
  for (const name of ['name_en', 'contact'] as const) if (draft[name].trim()) body[name] = draft[name].trim()
  return { body, problems }
}
