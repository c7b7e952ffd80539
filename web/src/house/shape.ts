/** How times, numbers and places are written. Times are microseconds UTC, degrees × 10^7. */

import { forward, toPoint } from 'mgrs'

import { nowUs } from './clock'
import { locale, numbers, t } from './words'

const SECOND = 1_000_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `12 345` or `12,345`. */
export function number(value: number): string {
  return numbers().format(value)
}

/** `24 nov. 2025, 14:05 UTC`. */
export function moment(us: number): string {
  return `${format(us, { dateStyle: 'medium', timeStyle: 'short' })} UTC`
}

/** The same with seconds. */
export function exactMoment(us: number): string {
  return `${format(us, { dateStyle: 'medium', timeStyle: 'medium' })} UTC`
}

/** `24 nov. 2025`. */
export function day(us: number): string {
  return format(us, { dateStyle: 'medium' })
}

/** `14:05`. */
export function clock(us: number): string {
  return format(us, { timeStyle: 'short' })
}

function format(us: number, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { ...style, hourCycle: 'h23', timeZone: 'UTC' }).format(us / 1000)
}

/** `2026-01-31T06:00Z`, for machines. */
export function iso(us: number): string {
  const date = new Date(us / 1000)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}

/** A span in its two largest units: `3 h 12 min`, `2 j 4 h`. */
export function duration(us: number): string {
  const all = Math.max(0, Math.floor(Math.abs(us) / SECOND))
  const [d, h, m, s] = [Math.floor(all / 86_400), Math.floor(all / 3600) % 24, Math.floor(all / 60) % 60, all % 60]
  if (d) return h && d < 10 ? `${number(d)} ${t('shape.d')} ${h} h` : `${number(d)} ${t('shape.d')}`
  if (h) return m ? `${h} h ${m} min` : `${h} h`
  return m ? `${m} min` : `${s} s`
}

/** How long ago, or how long until: `il y a 12 min`, `dans 2 h`. */
export function ago(us: number, now_us = nowUs()): string {
  const past = now_us - us
  if (Math.abs(past) < 10 * SECOND) return t('shape.now')
  if (past > 30 * DAY) return day(us)
  return t(past > 0 ? 'shape.ago' : 'shape.in', { span: duration(past) })
}

/** What is left until it is due: `encore 12 min`, `en retard de 3 h`. */
export function countdown(due_us: number, now_us = nowUs()): string {
  const left = due_us - now_us
  return t(left >= 0 ? 'shape.left' : 'shape.late', { span: duration(left) })
}

/** `850 m`, `12 km`. */
export function distance(metres: number): string {
  if (metres < 1000) return `${number(Math.round(metres))} m`
  const km = metres / 1000
  return `${number(km < 10 ? Math.round(km * 10) / 10 : Math.round(km))} km`
}

/** `17 kB` / `17 ko`. */
export function bytes(count: number): string {
  if (count < 1000) return `${number(count)} ${t('shape.byte')}`
  const kilo = count / 1000
  if (kilo < 1000) return `${number(Math.round(kilo))} k${t('shape.byte')}`
  return `${number(Math.round(kilo / 100) / 10)} M${t('shape.byte')}`
}

/** `14,4912° N 4,1960° O`: four places are about 11 m. */
export function degrees(lat_e7: number, lon_e7: number, places = 4): string {
  const one = (value: number, plus: string, minus: string) => {
    const shown = new Intl.NumberFormat(locale(), {
      minimumFractionDigits: places,
      maximumFractionDigits: places,
    }).format(Math.abs(value) / 1e7)
    return `${shown}° ${value < 0 ? minus : plus}`
  }
  return `${one(lat_e7, t('shape.north'), t('shape.south'))} ${one(lon_e7, t('shape.east'), t('shape.west'))}`
}

/** `30PXC 12345 67890`; digits 1 to 5, five are one metre. Empty beyond the grid's reach. */
export function mgrsOf(lat_e7: number, lon_e7: number, digits = 5): string {
  try {
    const whole = forward([lon_e7 / 1e7, lat_e7 / 1e7], digits)
    const parts = /^(\d{1,2}[A-Z]{3})(\d*)$/.exec(whole)
    if (!parts) return whole
    const half = (parts[2] ?? '').length / 2
    return `${parts[1]} ${parts[2]?.slice(0, half)} ${parts[2]?.slice(half)}`.trim()
  } catch {
    return ''
  }
}

export interface Place {
  lat_e7: number
  lon_e7: number
}

/** A place as somebody types it, in MGRS or in degrees; null when it is neither. */
export function parsePlace(text: string): Place | null {
  return parseMgrs(text) ?? parseDegrees(text)
}

/** The middle of an MGRS square. */
export function parseMgrs(text: string): Place | null {
  const bare = text.toUpperCase().replace(/\s+/g, '')
  const [, east = '', north = ''] = /(\d+)\s+(\d+)\s*$/.exec(text) ?? []
  if (east.length !== north.length) return null
  if (!/^\d{1,2}[C-HJ-NP-X][A-HJ-NP-Z]{2}(\d\d){0,5}$/.test(bare)) return null
  try {
    const [lon, lat] = toPoint(bare)
    return placeOf(lat, lon)
  } catch {
    return null
  }
}

/** Degrees with a sign or with a letter: `14.49, -4.19`, `14,49° N 4,19° O`. */
export function parseDegrees(text: string): Place | null {
  const plain = text.replace(/(\d),(\d)/g, '$1.$2').replace(/[°;,]/g, ' ').trim()
  const found = /^([+-]?\d+(?:\.\d+)?)\s*([NS])?\s+([+-]?\d+(?:\.\d+)?)\s*([EWO])?$/i.exec(plain)
  if (!found) return null
  const lat = Number(found[1]) * (/s/i.test(found[2] ?? '') ? -1 : 1)
  const lon = Number(found[3]) * (/[wo]/i.test(found[4] ?? '') ? -1 : 1)
  return placeOf(lat, lon)
}

function placeOf(lat: number, lon: number): Place | null {
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) return null
  return { lat_e7: Math.round(lat * 1e7), lon_e7: Math.round(lon * 1e7) }
}
