/** A report's figures, time and place in words. "Not reported" is never zero. */

import { day, degrees, distance, mgrsOf, moment, number } from '../house/shape'
import { locale, t } from '../house/words'
import { pointIn } from './place'

/** As much of a report as the words need: a body, a list row, or a claim of the board. */
export interface Told {
  from_us: number
  to_us: number
  date_precision?: string
  where_precision?: string
  lat_e7?: number | null
  lon_e7?: number | null
  radius_m?: number | null
  place_name?: string | null
  deaths_low?: number | null
  deaths_best?: number | null
  deaths_high?: number | null
}

const given = (n: number | null | undefined): n is number => typeof n === 'number'

/** `9 (entre 4 et 14)`, `non rapporté`, `aucun`. */
export function deadWords({ deaths_low: low, deaths_best: best, deaths_high: high }: Told): string {
  if (!given(low) && !given(best) && !given(high)) return t('report.not_reported')
  const around =
    given(low) && given(high) ? t('report.range', { low: number(low), high: number(high) })
    : given(low) ? t('report.at_least', { low: number(low) })
    : given(high) ? t('report.at_most', { high: number(high) })
    : ''
  if (!given(best)) return around
  const figure = best === 0 ? t('report.none_dead') : number(best)
  return around ? `${figure} (${around})` : figure
}

/** The time as exactly as it is known, and no more. */
export function whenWords(told: Told): string {
  const { from_us, to_us } = told
  switch (told.date_precision ?? 'day') {
    case 'moment':
      return from_us === to_us ? moment(from_us) : t('report.around', { from: moment(from_us), to: moment(to_us) })
    case 'week':
      return t('report.week_of', { day: day(from_us) })
    case 'month':
      return part(from_us, { year: 'numeric', month: 'long' })
    case 'year':
      return part(from_us, { year: 'numeric' })
    default:
      return day(from_us) === day(to_us) ? day(from_us) : t('report.around', { from: day(from_us), to: day(to_us) })
  }
}

function part(us: number, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { ...style, timeZone: 'UTC' }).format(us / 1000)
}

/** Lines for the place: its name, its point in both notations, and how near that is. */
export function whereLines(told: Told): string[] {
  const point = pointIn(told)
  const lines = told.place_name ? [told.place_name] : []
  if (point) {
    const near = (told.radius_m ?? 0) >= 1_000
    lines.push(`${degrees(point.lat_e7, point.lon_e7, near ? 2 : 4)} · ${mgrsOf(point.lat_e7, point.lon_e7, near ? 2 : 5)}`)
  }
  if (point && told.radius_m) lines.push(t('report.within', { distance: distance(told.radius_m) }))
  const precision = told.where_precision ?? 'exact'
  if (precision !== 'exact' && (point || lines.length)) lines.push(t(`where.${precision}`))
  return lines.length ? lines : [precision === 'exact' ? t('report.place_none') : t(`where.${precision}`)]
}
