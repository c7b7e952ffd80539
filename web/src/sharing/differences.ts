/**
 * What a release leaves out of the record at home: found by comparing the two bodies, never by
 * asking the label what it ought to have done. So the preview tells what did happen.
 */

import { metresBetween, pointIn } from './place'

type Body = Record<string, unknown>

/** One difference, for a sentence: the words are `differs.<what>` with these parameters. */
export interface Difference {
  what: 'source' | 'evidence' | 'place_name' | 'moved' | 'unplaced' | 'radius' | 'vaguer'
    | 'words' | 'field' | 'changed'
  params: Record<string, string | number>
}

/** Stands in a text where a name was taken out. */
export const TAKEN_OUT = '…'

const TOLD_APART = new Set([
  'source', 'evidence', 'place_name', 'lat_e7', 'lon_e7', 'radius_m', 'where_precision',
])

/** What of `home` does not stand in `leaving`. */
export function differences(home: Body, leaving: Body): Difference[] {
  const found = [...named(home, leaving), ...placed(home, leaving)]
  for (const name of new Set([...Object.keys(home), ...Object.keys(leaving)])) {
    if (TOLD_APART.has(name) || JSON.stringify(home[name]) === JSON.stringify(leaving[name])) continue
    const [before, after] = [home[name], leaving[name]]
    const taken = typeof before === 'string' && typeof after === 'string' ? takenOut(before, after) : 0
    if (taken > 0) found.push({ what: 'words', params: { field: name, n: taken } })
    else found.push({ what: after === undefined ? 'field' : 'changed', params: { field: name } })
  }
  return found
}

function named(home: Body, leaving: Body): Difference[] {
  const found: Difference[] = []
  for (const what of ['source', 'place_name'] as const) {
    if (home[what] && !leaving[what]) found.push({ what, params: { text: String(home[what]) } })
  }
  const [had, has] = [home.evidence, leaving.evidence].map((one) => (Array.isArray(one) ? one.length : 0))
  if (had! > has!) found.push({ what: 'evidence', params: { n: had! - has! } })
  return found
}

function placed(home: Body, leaving: Body): Difference[] {
  const [before, after] = [pointIn(home), pointIn(leaving)]
  const found: Difference[] = []
  const radius = Number(leaving.radius_m ?? 0)
  if (before && !after) return [{ what: 'unplaced', params: {} }]
  if (before && after && metresBetween(before, after) >= 1) {
    found.push({ what: 'moved', params: { by_m: Math.round(metresBetween(before, after)), radius_m: radius } })
  } else if (radius !== Number(home.radius_m ?? 0)) {
    found.push({ what: 'radius', params: { radius_m: radius } })
  }
  const precision = String(leaving.where_precision ?? 'exact')
  if (precision !== String(home.where_precision ?? 'exact')) {
    found.push({ what: 'vaguer', params: { precision } })
  }
  return found
}

/** How often a name was taken out of a text; 0 when the texts differ in another way. */
export function takenOut(before: string, after: string): number {
  const parts = after.split(TAKEN_OUT)
  const more = parts.length - before.split(TAKEN_OUT).length
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s\\S]+?')
  return more > 0 && new RegExp(`^${pattern}$`).test(before) ? more : 0
}

/** Texts that leave word for word: the author alone knows what else they tell. */
export function untouched(home: Body, leaving: Body): string[] {
  const texts = ['title', 'title_en', 'text', 'text_en']
  return texts.filter((name) => home[name] && home[name] === leaving[name])
}
