/** Distances, bearings and areas on the ellipsoid WGS 84. Degrees and metres. */

import type { LonLat } from './mercator'

const A = 6_378_137
const F = 1 / 298.257_223_563
const B = A * (1 - F)
const E2 = F * (2 - F)
const E = Math.sqrt(E2)
const RAD = Math.PI / 180

export interface Leg {
  metres: number
  /** The direction in which one leaves, degrees from north, 0 to 360. */
  bearing: number
}

/**
 * Distance and first bearing of the shortest line (Vincenty 1975, inverse). Exact to less than a
 * millimetre, but for nearly opposite ends of the earth: there it is the sphere's, to 0.5 %.
 */
export function legBetween(from: LonLat, to: LonLat): Leg {
  const L = wrapped(to.lon - from.lon) * RAD
  const u1 = Math.atan((1 - F) * Math.tan(from.lat * RAD))
  const u2 = Math.atan((1 - F) * Math.tan(to.lat * RAD))
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)]
  let lambda = L
  for (let round = 0; round < 100; round++) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)]
    const across = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl)
    if (across === 0) return { metres: 0, bearing: 0 }
    const along = s1 * s2 + c1 * c2 * cl
    const sigma = Math.atan2(across, along)
    const sinAlpha = (c1 * c2 * sl) / across
    const cos2 = 1 - sinAlpha ** 2
    const mid = cos2 ? along - (2 * s1 * s2) / cos2 : 0
    const C = (F / 16) * cos2 * (4 + F * (4 - 3 * cos2))
    const before = lambda
    lambda = L + (1 - C) * F * sinAlpha * (sigma + C * across * (mid + C * along * (2 * mid ** 2 - 1)))
    if (Math.abs(lambda - before) < 1e-12) {
      return {
        metres: lengthOf(sigma, across, along, cos2, mid),
        bearing: turned(Math.atan2(c2 * sl, c1 * s2 - s1 * c2 * cl) / RAD),
      }
    }
  }
  return onSphere(from, to)
}

function lengthOf(sigma: number, across: number, along: number, cos2: number, mid: number): number {
  const u = (cos2 * (A ** 2 - B ** 2)) / B ** 2
  const big = 1 + (u / 16384) * (4096 + u * (u * (320 - 175 * u) - 768))
  const small = (u / 1024) * (256 + u * (u * (74 - 47 * u) - 128))
  const inner = along * (2 * mid ** 2 - 1) - (small / 6) * mid * (4 * across ** 2 - 3) * (4 * mid ** 2 - 3)
  return B * big * (sigma - small * across * (mid + (small / 4) * inner))
}

function onSphere(from: LonLat, to: LonLat): Leg {
  const [p1, p2, dl] = [from.lat * RAD, to.lat * RAD, wrapped(to.lon - from.lon) * RAD]
  const h = Math.sin((p2 - p1) / 2) ** 2 + Math.cos(p1) * Math.cos(p2) * Math.sin(dl / 2) ** 2
  const bearing = Math.atan2(Math.sin(dl) * Math.cos(p2), Math.cos(p1) * Math.sin(p2) - Math.sin(p1) * Math.cos(p2) * Math.cos(dl))
  return { metres: 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(h))), bearing: turned(bearing / RAD) }
}

function wrapped(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180
}

function turned(degrees: number): number {
  return (degrees + 360) % 360
}

/**
 * Points along the great circle between two places, ends included, one about every `step_km`:
 * the line that is drawn. It leaves the geodesic by less than 0.2 % of its length.
 */
export function lineBetween(from: LonLat, to: LonLat, step_km = 50): LonLat[] {
  const [a, b] = [vector(from), vector(to)]
  const angle = Math.acos(Math.max(-1, Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])))
  const steps = Math.min(200, Math.ceil((angle * 6371) / step_km))
  if (steps < 2 || Math.sin(angle) === 0) return [from, to]
  const between: LonLat[] = []
  for (let i = 1; i < steps; i++) {
    const [wa, wb] = [Math.sin((1 - i / steps) * angle) / Math.sin(angle), Math.sin((i / steps) * angle) / Math.sin(angle)]
    const [x, y, z] = [wa * a[0] + wb * b[0], wa * a[1] + wb * b[1], wa * a[2] + wb * b[2]]
    between.push({ lon: Math.atan2(y, x) / RAD, lat: Math.atan2(z, Math.hypot(x, y)) / RAD })
  }
  return [from, ...between, to]
}

function vector({ lon, lat }: LonLat): [number, number, number] {
  const c = Math.cos(lat * RAD)
  return [c * Math.cos(lon * RAD), c * Math.sin(lon * RAD), Math.sin(lat * RAD)]
}

/**
 * The area inside a ring of places in square metres. Latitudes become authalic, so the sphere
 * has the ellipsoid's area; edges are straight in longitude and sine of latitude, which is
 * exact for small shapes and within a percent for the size of a country.
 */
export function areaOf(ring: readonly LonLat[]): number {
  let sum = 0
  ring.forEach((from, i) => {
    const to = ring[(i + 1) % ring.length]!
    sum += wrapped(to.lon - from.lon) * RAD * (2 + authalicSine(from.lat) + authalicSine(to.lat))
  })
  return Math.abs((sum * RADIUS2) / 2)
}

function q(lat: number): number {
  const s = Math.sin(lat * RAD)
  return (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E))
}

const POLE = q(90)
const RADIUS2 = (A ** 2 * POLE) / 2

function authalicSine(lat: number): number {
  return q(lat) / POLE
}

/** A circle of so many metres around a place, as a ring of `corners` places. */
export function circleAround(center: LonLat, metres: number, corners = 64): LonLat[] {
  const angle = metres / 6_371_008.8
  const [lat, lon] = [center.lat * RAD, center.lon * RAD]
  return Array.from({ length: corners }, (_, i) => {
    const bearing = (2 * Math.PI * i) / corners
    const p = Math.asin(Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(bearing))
    const l = lon + Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(lat), Math.cos(angle) - Math.sin(lat) * Math.sin(p))
    return { lat: p / RAD, lon: l / RAD }
  })
}
