/** Two claims compared: how far apart in place and time; who may hear of a link. Pure. */

import { metresBetween, pointIn } from './place'

/** As much of a report's list row as comparing needs. */
export interface Claim {
  address: string
  party: string
  to?: readonly string[]
  from_us: number
  to_us: number
  lat_e7?: number | null
  lon_e7?: number | null
  radius_m?: number | null
}

/** Metres between the points, or null when one has none. */
export function apartM(a: Claim, b: Claim): number | null {
  const [one, other] = [pointIn(a), pointIn(b)]
  return one && other ? metresBetween(one, other) : null
}

/** Whether the true places may be the same: the circles touch. */
export function mayBeOne(a: Claim, b: Claim): boolean | null {
  const apart = apartM(a, b)
  return apart === null ? null : apart <= (a.radius_m ?? 0) + (b.radius_m ?? 0)
}

/** Microseconds between the two spans; 0 when they overlap. */
export function apartUs(a: Claim, b: Claim): number {
  return Math.max(0, a.from_us - b.to_us, b.from_us - a.to_us)
}

const DAY_US = 86_400_000_000
const UNKNOWN_M = 100_000

/** Others that may be the same event: a day apart counts like 25 km; without a point, like far. */
export function nearest<T extends Claim>(claim: Claim, others: readonly T[], most = 30): T[] {
  const score = (other: T) => (apartM(claim, other) ?? UNKNOWN_M) / 25_000 + apartUs(claim, other) / DAY_US
  return others
    .filter((other) => other.address !== claim.address)
    .map((other) => ({ other, far: score(other) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ other }) => other)
}

/** Who has both reports besides ourselves: a link may be told to them and to nobody else. */
export function hearers(a: Claim, b: Claim, us: string): string[] {
  const holds = (claim: Claim) => new Set([claim.party, ...(claim.to ?? [])])
  const both = holds(b)
  const atHome = [a, b].some((claim) => claim.address.split('/')[1] === 'home')
  return atHome ? [] : [...holds(a)].filter((party) => party !== us && both.has(party)).sort()
}
