/** Places as people type them: MGRS, decimal degrees, or degrees with minutes and seconds. */

import { toPoint } from 'mgrs'

export interface Point {
  lat_e7: number
  lon_e7: number
}

/** A typed place. `within_m`: how coarse the notation itself is, where it says so. */
export interface Typed extends Point {
  within_m?: number
}

const EARTH_M = 6_371_008.8
const E7 = 10_000_000

/** The place that a text stands for, or null when it stands for none. */
export function parsePlace(text: string): Typed | null {
  const plain = text.trim().toUpperCase().replace(/\s+/g, ' ')
  return parseMgrs(plain) ?? parseSided(plain) ?? parseDecimal(plain)
}

function parseMgrs(text: string): Typed | null {
  const found = /^(\d{1,2}[C-HJ-NP-X][A-HJ-NP-Z][A-HJ-NP-V])(\d*)$/.exec(text.replace(/[ ,]/g, ''))
  const digits = found?.[2] ?? ''
  if (!found || digits.length % 2 || digits.length > 10) return null
  try {
    const [lon, lat] = toPoint(found[0])
    const side_m = 10 ** (5 - digits.length / 2)
    // The notation names a square: its centre, and the half of its diagonal.
    return { ...pointOf(lat, lon), within_m: Math.max(1, Math.ceil(side_m * Math.SQRT1_2)) }
  } catch {
    return null
  }
}

/** `16°16'20"N 0°2'40"W`, `16.27 N, 0.04 O`: with sides, in either order. O is west in French. */
function parseSided(text: string): Typed | null {
  const part = String.raw`(\d{1,3}(?:[.,]\d+)?)\s*[°D]?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['’′])?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:["”″]|''))?\s*([NSEWO])`
  const found = new RegExp(`^${part}[ ,;]*${part}$`).exec(text)
  if (!found) return null
  const one = angle(found.slice(1, 5)), two = angle(found.slice(5, 9))
  if (one.across === two.across) return null
  const [lat, lon] = one.across ? [two.degrees, one.degrees] : [one.degrees, two.degrees]
  return inBounds(lat, lon)
}

function angle([degrees, minutes, seconds, side]: (string | undefined)[]): { degrees: number; across: boolean } {
  const size = number(degrees) + number(minutes) / 60 + number(seconds) / 3600
  const west = side === 'W' || side === 'O'
  return { degrees: west || side === 'S' ? -size : size, across: west || side === 'E' }
}

function number(text: string | undefined): number {
  return text ? Number(text.replace(',', '.')) : 0
}

/** `16.27, -0.04`, and `16,27 ; -0,04` as it is written in French: latitude first. */
function parseDecimal(text: string): Typed | null {
  const dots = /^([+-−]?\d{1,2}(?:\.\d+)?)°?[ ,;]+([+-−]?\d{1,3}(?:\.\d+)?)°?$/.exec(text)
  const commas = /^([+-−]?\d{1,2}(?:,\d+)?)°?(?: *; *| )([+-−]?\d{1,3}(?:,\d+)?)°?$/.exec(text)
  const found = dots ?? commas
  if (!found) return null
  const [lat, lon] = found.slice(1, 3).map((one) => Number(one.replace(',', '.').replace('−', '-')))
  return inBounds(lat ?? NaN, lon ?? NaN)
}

function inBounds(lat: number, lon: number): Typed | null {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? pointOf(lat, lon) : null
}

function pointOf(lat: number, lon: number): Point {
  return { lat_e7: Math.round(lat * E7), lon_e7: Math.round(lon * E7) }
}

/** The distance in metres on the sphere that the node uses. */
export function metresBetween(a: Point, b: Point): number {
  const rad = Math.PI / 180 / E7
  const sin2 = (x: number) => Math.sin(x / 2) ** 2
  const across = Math.cos(a.lat_e7 * rad) * Math.cos(b.lat_e7 * rad) * sin2((b.lon_e7 - a.lon_e7) * rad)
  const h = sin2((b.lat_e7 - a.lat_e7) * rad) + across
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** The place of a document, if it has one. */
export function pointIn(doc: { lat_e7?: number | null; lon_e7?: number | null }): Point | null {
  const { lat_e7, lon_e7 } = doc
  return typeof lat_e7 === 'number' && typeof lon_e7 === 'number' ? { lat_e7, lon_e7 } : null
}
