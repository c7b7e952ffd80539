/** Records as the sharing screens read them: one by its address, what became of it, its list row. */

import { get, session } from '../house/api'
import type { Shown } from '../house/shapes'
import type { Label } from '../house/said'

/** What one reader did with a release of ours. */
export interface ReaderState {
  state: 'pending' | 'received' | 'deleted' | 'not complied' | 'no answer'
  at?: number
  last_asked_us?: number
  read_by?: string[]
  first_read_us?: number
  why?: string
}

/** A release of ours and what became of it (`GET /api/receipts`). */
export interface Entry {
  id: number
  address: string
  kind: string
  at: number
  home?: string
  about?: string
  label?: Label
  parties: Record<string, ReaderState>
  recalled?: { at: number; why: string }
}

/** A report as lists show it, its corrections folded in. */
export interface ReportDoc extends Record<string, unknown> {
  address: string
  at: number
  kind: string
  party: string
  to: string[]
  title: string
  title_en?: string
  category: string
  grade: string
  credibility: number
  from_us: number
  to_us: number
  date_precision: string
  where_precision: string
  state: 'stated' | 'corrected'
  corrections: number
  corrected_at?: number
  corrected_by?: string[]
  previous?: Record<string, unknown>[]
  why?: string
  origin?: string
  via?: string
  deaths_low?: number
  deaths_best?: number
  deaths_high?: number
  lat_e7?: number
  lon_e7?: number
  radius_m?: number
  place_name?: string
  source?: string
}

/** One record, as whoever one looks through the eyes of sees it. */
export function shownAt(address: string): Promise<Shown> {
  return get<Shown>(`/api/records/${address}`)
}

/** What was released of this record of ours, newest first. */
export async function releasesOf(address: string): Promise<Entry[]> {
  return (await get<{ items: Entry[] }>('/api/receipts', { about: address })).items
}

/** The rows of a list of sharing where a column has this value. */
export async function rowsOf<T>(noun: string, query: Record<string, string> = {}): Promise<T[]> {
  return (await get<{ items: T[] }>(`/api/sharing/${noun}`, { ...query, limit: 200 })).items
}

/** The row of a report in its list, or null when it has none (gone, or not to be seen). */
export async function reportRow(address: string): Promise<ReportDoc | null> {
  return (await rowsOf<ReportDoc>('report', { address }))[0] ?? null
}

/** Fields that a release makes coarser or leaves out: those of the home record stand. */
const AT_HOME = ['lat_e7', 'lon_e7', 'radius_m', 'where_precision', 'place_name', 'source', 'evidence']

/**
 * The report to begin a correction with: our own words at home with what was corrected since,
 * else the released one.
 */
export async function reportAt(address: string): Promise<Record<string, unknown>> {
  const [released] = (await releasesOf(address)).filter((entry) => entry.address === address)
  const home = released?.home ? (await shownAt(released.home)).record?.body : undefined
  const corrections = await rowsOf<{ at: number; report: Record<string, unknown> }>('correction', { origin: address })
  const newest = corrections.sort((a, b) => b.at - a.at)[0]?.report
  const body = home ?? (await shownAt(address)).record?.body ?? {}
  if (!newest) return body
  const kept = Object.fromEntries(AT_HOME.filter((name) => name in body).map((name) => [name, body[name]]))
  return { ...newest, ...kept }
}

/** The ids of all parties of the charter. */
export function partyIds(): string[] {
  const parties = session().parties as readonly (string | { party: string })[]
  return parties.map((one) => (typeof one === 'string' ? one : one.party))
}

/** Whether this record is ours. */
export function isOurs(address: string): boolean {
  return address.startsWith(`${session().party}/`)
}
