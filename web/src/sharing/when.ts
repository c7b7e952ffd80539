/** When it happened: what people type, and the span in microseconds that it means (UTC). */

export type DatePrecision = 'moment' | 'day' | 'week' | 'month' | 'year'
export const DATE_PRECISIONS: readonly DatePrecision[] = ['moment', 'day', 'week', 'month', 'year']

export interface Span {
  from_us: number
  to_us: number
}

const DAY_MS = 86_400_000

/** How a field of HTML asks for it. A week is asked for by any of its days. */
export const INPUT_OF: Record<DatePrecision, string> = {
  moment: 'datetime-local', day: 'date', week: 'date', month: 'month', year: 'number',
}

/** The span that a value of such a field means, or null when it means none. */
export function spanOf(precision: DatePrecision, text: string, until = ''): Span | null {
  const from = startOf(precision, text)
  const last = until ? startOf(precision, until) : from
  if (from === null || last === null) return null
  const to = precision === 'moment' ? last : endOf(precision, last) - 0.001
  return { from_us: from * 1000, to_us: Math.round(to * 1000) }
}

function startOf(precision: DatePrecision, text: string): number | null {
  const whole = { moment: `${text}Z`, day: text, week: text, month: `${text}-01`, year: `${text}-01-01` }
  const found = Date.parse(whole[precision])
  if (Number.isNaN(found) || (precision === 'year' && !/^\d{4}$/.test(text))) return null
  // Monday is the first day (ISO 8601); 1 January 1970 was a Thursday.
  return precision === 'week' ? found - ((Math.floor(found / DAY_MS) + 3) % 7) * DAY_MS : found
}

function endOf(precision: DatePrecision, start: number): number {
  const date = new Date(start)
  if (precision === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
  if (precision === 'year') return Date.UTC(date.getUTCFullYear() + 1, 0)
  return start + (precision === 'week' ? 7 : 1) * DAY_MS
}

/** What stands in such a field for a moment. */
export function textOf(precision: DatePrecision, us: number): string {
  const iso = new Date(us / 1000).toISOString()
  const seconds = iso.slice(16, 19) !== ':00'
  const length = { moment: seconds ? 19 : 16, day: 10, week: 10, month: 7, year: 4 }
  return iso.slice(0, length[precision])
}

/** The same time in a field of another precision; empty when it was none. */
export function asPrecision(text: string, before: DatePrecision, after: DatePrecision): string {
  const start = startOf(before, text)
  return start === null ? '' : textOf(after, start * 1000)
}
