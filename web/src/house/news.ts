/** The newest documents in their order. Pure. */

import type { Change } from './live'
import { partyOf } from './shapes'

/** A document of the list of `table`, which opens `kind`. */
export interface News {
  table: string
  kind: string
  doc: Record<string, unknown> & { address: string; at: number; party: string }
}

/** Our node's own notes, and answers that machines and readers give: shown to whoever asks. */
export function isQuiet(kind: string): boolean {
  return /^(?:journal\.\w+|sharing\.(?:deleted|read|refused))(?:\/|$)/.test(kind)
}

/** Not every list says whose a document is; its address does. */
export function named(doc: Record<string, unknown>): News['doc'] {
  return { ...doc, party: doc['party'] || partyOf(String(doc['address'])) } as News['doc']
}

/** The items with one change taken in, newest first. */
export function withChange(items: readonly News[], change: Change, kind: string): News[] {
  const rest = items.filter((news) => news.doc.address !== change.address || news.table !== change.table)
  if (change.doc === null) return rest
  const news = { table: change.table, kind, doc: named(change.doc) }
  const before = items.findIndex((one) => one.doc.address === change.address && one.table === change.table)
  if (before >= 0) return items.map((one, place) => (place === before ? news : one))
  const place = rest.findIndex((one) => one.doc.at <= news.doc.at)
  return place < 0 ? [...rest, news] : rest.toSpliced(place, 0, news)
}
