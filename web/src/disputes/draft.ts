/** What is typed about a disputed fact, and the body that it means. Pure. */

import { parsePlace } from '../sharing/place'

export type Problems = Record<string, string>
export interface Made {
  body: Record<string, unknown>
  problems: Problems
}

export interface ClaimDraft {
  title: string
  title_en: string
  claimant: string
  says: string
  says_en: string
  source: string
  place: string
  error_m: string
  stated_m: string
  stated_side: string
}

export interface BoundaryDraft {
  name: string
  name_en: string
  source: string
  licence: string
  as_of: string
  uncertainty_m: string
  left: string
  right: string
  disputed: boolean
  note: string
  parts: [number, number][][]
}

export interface DisputeDraft {
  reason: string
  reason_en: string
  version: string
  version_en: string
}

export const MOST_VERTICES = 5_000

/** Whole metres, also typed as `1,6 km`; null when it is none. */
export function metresOf(text: string): number | null {
  const found = /^(\d{1,3}(?:[ \u202f\u00a0]\d{3})+|\d+)(?:[.,](\d+))?\s*(k?m)?$/i.exec(text.trim())
  if (!found) return null
  const value = Number(`${found[1]?.replace(/\D/g, '')}.${found[2] ?? '0'}`) * (/^km$/i.test(found[3] ?? '') ? 1000 : 1)
  return Number.isFinite(value) && value <= 20_038_000 ? Math.round(value) : null
}

function texts(draft: object, names: readonly string[]): Record<string, string> {
  const loose = draft as Record<string, unknown>
  return Object.fromEntries(names.map((name) => [name, String(loose[name] ?? '').trim()]).filter(([, text]) => text))
}

function needed(problems: Problems, body: Record<string, unknown>, ...names: string[]): void {
  for (const name of names) if (!body[name]) problems[name] = 'writing.needed'
}

export function claimOf(draft: ClaimDraft): Made {
  const problems: Problems = {}
  const body: Record<string, unknown> = texts(draft, ['title', 'title_en', 'claimant', 'says', 'says_en', 'source'])
  needed(problems, body, 'title', 'claimant', 'says')
  const place = parsePlace(draft.place)
  if (!place) problems['lat_e7'] = draft.place.trim() ? 'dispute.no_place' : 'writing.needed'
  const error_m = metresOf(draft.error_m)
  if (error_m === null) problems['error_m'] = draft.error_m.trim() ? 'dispute.no_metres' : 'dispute.error_needed'
  Object.assign(body, { lat_e7: place?.lat_e7, lon_e7: place?.lon_e7, error_m })
  if (draft.stated_m.trim()) {
    const stated = metresOf(draft.stated_m)
    if (stated === null) problems['stated_m'] = 'dispute.no_metres'
    body['stated_m'] = stated
    if (draft.stated_side) body['stated_side'] = draft.stated_side
  } else if (draft.stated_side) problems['stated_m'] = 'dispute.side_alone'
  return { body, problems }
}

export function boundaryOf(draft: BoundaryDraft): Made {
  const problems: Problems = {}
  const names = ['name', 'name_en', 'source', 'licence', 'left', 'right', 'note']
  const body: Record<string, unknown> = texts(draft, names)
  needed(problems, body, 'name', 'source', 'licence', 'left', 'right')
  if (draft.left && draft.left.trim().toLowerCase() === draft.right.trim().toLowerCase()) problems['right'] = 'dispute.one_side'
  const uncertainty_m = metresOf(draft.uncertainty_m)
  if (uncertainty_m === null) problems['uncertainty_m'] = 'dispute.error_needed'
  const as_of = Date.parse(`${draft.as_of}T00:00Z`)
  if (Number.isNaN(as_of)) problems['as_of_us'] = 'writing.needed'
  const vertices = draft.parts.reduce((sum, part) => sum + part.length, 0)
  if (vertices < 2) problems['parts'] = 'dispute.no_line'
  else if (vertices > MOST_VERTICES) problems['parts'] = 'dispute.long_line'
  Object.assign(body, { uncertainty_m, as_of_us: as_of * 1000, parts: draft.parts })
  if (draft.disputed) body['disputed'] = true
  return { body, problems }
}

export function disputeOf(draft: DisputeDraft): Made {
  const problems: Problems = {}
  const body: Record<string, unknown> = texts(draft, ['reason', 'reason_en', 'version', 'version_en'])
  needed(problems, body, 'reason')
  return { body, problems }
}

/** The lines of a GeoJSON file, of whatever it holds; empty when it holds none. */
export function linesOf(text: string): [number, number][][] {
  const lines: [number, number][][] = []
  const take = (positions: unknown): void => {
    if (!Array.isArray(positions)) return
    const line: [number, number][] = []
    for (const position of positions) {
      const [lon, lat] = Array.isArray(position) ? position : []
      if (typeof lon !== 'number' || typeof lat !== 'number') return
      const vertex: [number, number] = [Math.round(lon * 1e7), Math.round(lat * 1e7)]
      if (String(line.at(-1)) !== String(vertex)) line.push(vertex)
    }
    if (line.length > 1) lines.push(line)
  }
  const look = (value: unknown): void => {
    const one = (value ?? {}) as Record<string, unknown>
    if (one['type'] === 'FeatureCollection' && Array.isArray(one['features'])) one['features'].forEach(look)
    else if (one['type'] === 'Feature') look(one['geometry'])
    else if (one['type'] === 'GeometryCollection' && Array.isArray(one['geometries'])) one['geometries'].forEach(look)
    else if (one['type'] === 'LineString') take(one['coordinates'])
    else if (one['type'] === 'MultiLineString' && Array.isArray(one['coordinates'])) one['coordinates'].forEach(take)
  }
  try {
    look(JSON.parse(text))
  } catch {
    return []
  }
  return lines
}
