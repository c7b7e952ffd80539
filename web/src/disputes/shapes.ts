/** Disputed matters as the node's board tells of them (`/api/board/disputes/claims`). Pure. */

export type Agrees = 'yes' | 'no' | 'cannot tell'

/** A claimed place, measured by the node from one boundary. */
export interface Measured {
  boundary: string
  boundary_party: string
  name: string
  name_en: string | null
  source: string
  as_of_us: number
  disputed: boolean
  cited: boolean
  distance_m: number
  error_m: number
  claim_error_m: number
  uncertainty_m: number
  side: string | null
  certain: boolean
  agrees: Agrees | null
  foot_lat_e7: number
  foot_lon_e7: number
}

export interface Claim {
  address: string
  party: string
  at: number
  claimant: string
  title: string
  title_en: string | null
  says: string
  says_en: string | null
  source: string | null
  said_us: number | null
  lat_e7: number
  lon_e7: number
  error_m: number
  stated_m: number | null
  stated_side: string | null
  measures: Measured[]
}

export interface Disputed {
  address: string
  party: string
  at: number
  about: string
  owner: string
  reason: string
  reason_en: string | null
  version: string | null
  version_en: string | null
}

export interface Matter {
  id: string
  kind: string
  title: string
  title_en: string | null
  claims: Claim[]
  disputes: Disputed[]
  parties: string[]
  apart_m: number | null
  apart_error_m: number | null
  latest_us: number
}

/** A boundary as it is listed (`/api/disputes/boundary`). */
export interface Boundary {
  address: string
  party: string
  name: string
  name_en?: string
  left: string
  right: string
  source: string
  uncertainty_m: number
  disputed?: boolean
  lines: [number, number][][]
}

/** The lists that the board rests on. */
export const TABLES = [
  'disputes_claims', 'disputes_boundaries', 'disputes_disputes', 'sharing_reports', 'sharing_events',
]

/** `1 600 m`, and from ten kilometres on `12,4 km`: as exactly as an error can be read beside it. */
export function exactly(metres: number, locale: string): string {
  const km = metres >= 10_000
  const shown = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(km ? metres / 1000 : metres)
  return `${shown} ${km ? 'km' : 'm'}`
}

/** `1 600 ± 751 m`. */
export function withError(distance_m: number, error_m: number, locale: string): string {
  const n = (metres: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(metres)
  if (distance_m < 10_000) return `${n(distance_m)} ± ${n(error_m)} m`
  return `${n(distance_m / 1000)} ± ${n(Math.ceil(error_m / 100) / 10)} km`
}

/** Addresses of everything that belongs into a bundle on this matter: what was said, and the
 *  lines that it was measured from. */
export function bundleOf(matter: Matter): string[] {
  const said = [...matter.claims, ...matter.disputes].map((one) => one.address)
  const root = matter.kind === 'other' ? [] : [matter.id]
  const lines = matter.claims.flatMap((claim) => claim.measures.filter((m) => m.cited).map((m) => m.boundary))
  return [...new Set([...root, ...said, ...lines])]
}

/** Which of these may be shown to anybody: our own, once they are released. */
export function forAnybody(addresses: readonly string[], party: string): string[] {
  return addresses.filter((address) => address.startsWith(`${party}/spine/`))
}
