import { expect, it } from 'vitest'
import { asPrecision, spanOf, textOf, type DatePrecision } from './when'

const us = (iso: string) => Date.parse(iso) * 1000

it.each<[DatePrecision, string, string, string]>([
  ['moment', '2026-03-31T22:15', '2026-03-31T22:15:00Z', '2026-03-31T22:15:00Z'],
  ['day', '2026-03-31', '2026-03-31T00:00Z', '2026-04-01T00:00Z'],
  ['week', '2026-04-01', '2026-03-30T00:00Z', '2026-04-06T00:00Z'],
  ['week', '2026-03-30', '2026-03-30T00:00Z', '2026-04-06T00:00Z'],
  ['month', '2026-12', '2026-12-01T00:00Z', '2027-01-01T00:00Z'],
  ['year', '2025', '2025-01-01T00:00Z', '2026-01-01T00:00Z'],
])('%s %s is a span', (precision, text, from, beyond) => {
  const span = spanOf(precision, text)!
  const last = precision === 'moment' ? us(beyond) : us(beyond) - 1
  expect(span).toEqual({ from_us: us(from), to_us: last })
  expect(Number.isInteger(span.to_us)).toBe(true)
})

it('a span goes to the end of its last day', () => {
  const span = spanOf('day', '2026-03-31', '2026-04-02')!
  expect(span.to_us).toBe(us('2026-04-03T00:00Z') - 1)
})

it.each<[DatePrecision, string]>([['day', ''], ['day', 'hier'], ['year', '99'], ['moment', '2026-03-31T']])(
  '%s %j is none', (precision, text) => expect(spanOf(precision, text)).toBeNull(),
)

it('goes back into its field', () => {
  expect(textOf('moment', us('2026-03-31T22:15:07Z'))).toBe('2026-03-31T22:15:07')
  expect(textOf('moment', us('2026-03-31T22:15:00Z'))).toBe('2026-03-31T22:15')
  expect(textOf('month', us('2026-03-31T22:15:07Z'))).toBe('2026-03')
})

it('stays when the precision is changed, as far as it can', () => {
  expect(asPrecision('2026-03-31T22:15', 'moment', 'day')).toBe('2026-03-31')
  expect(asPrecision('2026-03-31', 'day', 'month')).toBe('2026-03')
  expect(asPrecision('2026-03', 'month', 'day')).toBe('2026-03-01')
  expect(asPrecision('hier', 'day', 'year')).toBe('')
})
