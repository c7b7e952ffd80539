/**
 * A sketch of claims and lines, to scale, north up: pure geometry, no drawing.
 *
 * Kilometres on a plane that touches the earth in the middle of the claims: within a hundred
 * kilometres it is off by less than a pixel. The figures beside it are the node's.
 */

import type { Boundary, Claim } from './shapes'

export interface Point {
  x: number
  y: number
}

export interface DrawnClaim extends Point {
  address: string
  /** Radius of the error, in pixels. */
  r: number
  /** Where the perpendicular meets the line that the author measures from; null without one. */
  foot: Point | null
  /** Which of the claims this is, from 0. */
  number: number
}

export interface DrawnLine {
  address: string
  name: string
  /** Points of each part that is in view. */
  parts: Point[][]
  /** Half the width of the band in which the true line lies, in pixels. */
  band: number
  disputed: boolean
  /** Where its name stands. */
  label: Point
  number: number
}

export interface Sketch {
  width: number
  height: number
  claims: DrawnClaim[]
  lines: DrawnLine[]
  /** A round length in metres, and how long it is here. */
  scale: { metres: number; px: number }
}

const KM_A_DEGREE = 111.2
const MARGIN = 34

/** The sketch of a matter. Lines are clipped to what is in view. */
export function sketchOf(claims: readonly Claim[], boundaries: readonly Boundary[], width = 640, height = 380): Sketch {
  const middle = centre(claims)
  const cosine = Math.cos((middle.lat * Math.PI) / 180)
  const km = (lat_e7: number, lon_e7: number): Point => ({
    x: (lon_e7 / 1e7 - middle.lon) * KM_A_DEGREE * cosine,
    y: (lat_e7 / 1e7 - middle.lat) * KM_A_DEGREE,
  })
  const places = claims.map((claim) => ({ at: km(claim.lat_e7, claim.lon_e7), error: claim.error_m / 1000 }))
  const feet = claims.flatMap((claim) => claim.measures.map((m) => km(m.foot_lat_e7, m.foot_lon_e7)))
  const reach = box([
    ...places.flatMap(({ at, error }) => [{ x: at.x - error, y: at.y - error }, { x: at.x + error, y: at.y + error }]),
    ...feet,
  ])
  const px_a_km = Math.min((width - 2 * MARGIN) / Math.max(reach.w, 0.5), (height - 2 * MARGIN) / Math.max(reach.h, 0.5))
  const put = (point: Point): Point => ({
    x: width / 2 + (point.x - reach.x) * px_a_km,
    y: height / 2 - (point.y - reach.y) * px_a_km,
  })
  return {
    width,
    height,
    claims: claims.map((claim, number) => {
      const own = claim.measures.find((m) => m.cited) ?? claim.measures[0]
      return {
        address: claim.address,
        number,
        ...put(km(claim.lat_e7, claim.lon_e7)),
        r: (claim.error_m / 1000) * px_a_km,
        foot: own ? put(km(own.foot_lat_e7, own.foot_lon_e7)) : null,
      }
    }),
    lines: boundaries.flatMap((boundary, number) => {
      const parts = boundary.lines.flatMap((line) => clipped(line.map(([lon, lat]) => put(km(lat, lon))), width, height))
      const label = labelAt(parts, number, width)
      if (!label) return []
      const band = (boundary.uncertainty_m / 1000) * px_a_km
      return [{ address: boundary.address, name: boundary.name, parts, band, disputed: boundary.disputed ?? false, label, number }]
    }),
    scale: scaleOf(px_a_km, width),
  }
}

function centre(claims: readonly Claim[]): { lat: number; lon: number } {
  const mean = (of: (claim: Claim) => number) => claims.reduce((sum, one) => sum + of(one), 0) / Math.max(1, claims.length)
  return { lat: mean((c) => c.lat_e7) / 1e7, lon: mean((c) => c.lon_e7) / 1e7 }
}

function box(points: readonly Point[]): { x: number; y: number; w: number; h: number } {
  const xs = points.map((p) => p.x)
  const ys = points.map((p) => p.y)
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  return { x: (west + east) / 2, y: (south + north) / 2, w: east - west, h: north - south }
}

/** The stretches of a line that run through the picture (Liang and Barsky, segment by segment). */
export function clipped(line: readonly Point[], width: number, height: number): Point[][] {
  const out: Point[][] = []
  for (let k = 1; k < line.length; k++) {
    const [a, b] = [line[k - 1] as Point, line[k] as Point]
    const piece = clip(a, b, width, height)
    if (!piece) continue
    const last = out.at(-1)
    const end = last?.at(-1)
    if (last && end && near(end, piece[0])) last.push(piece[1])
    else out.push([...piece])
  }
  return out
}

function clip(a: Point, b: Point, width: number, height: number): [Point, Point] | null {
  let [from, to] = [0, 1]
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  for (const [p, q] of [[-dx, a.x], [dx, width - a.x], [-dy, a.y], [dy, height - a.y]] as const) {
    if (p === 0) {
      if (q < 0) return null
      continue
    }
    const r = q / p
    if (p < 0) from = Math.max(from, r)
    else to = Math.min(to, r)
    if (from > to) return null
  }
  const at = (share: number): Point => ({ x: a.x + share * dx, y: a.y + share * dy })
  return [at(from), at(to)]
}

const near = (a: Point, b: Point) => Math.abs(a.x - b.x) < 0.01 && Math.abs(a.y - b.y) < 0.01

/** Names stand at the left for one line and at the right for the next, above the line. */
function labelAt(parts: readonly Point[][], number: number, width: number): Point | null {
  const points = parts.flat()
  if (points.length === 0) return null
  const wanted = number % 2 ? width - 10 : 10
  const found = points.reduce((best, one) => (Math.abs(one.x - wanted) < Math.abs(best.x - wanted) ? one : best))
  return { x: Math.min(Math.max(found.x, 8), width - 8), y: Math.max(found.y - 7, 14) }
}

/** A round length that is about a fifth of the picture. */
export function scaleOf(px_a_km: number, width: number): { metres: number; px: number } {
  const wanted = (width / 5 / px_a_km) * 1000
  const power = 10 ** Math.floor(Math.log10(wanted))
  const metres = [1, 2, 5, 10].map((k) => k * power).filter((m) => m <= wanted).at(-1) ?? power
  return { metres, px: (metres / 1000) * px_a_km }
}
