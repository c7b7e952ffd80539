import { expect, it } from 'vitest'
import '../house/words.house'
import { deadWords, whenWords, whereLines } from './in-words'
import './words.form'
import './words.view'

const us = (iso: string) => Date.parse(iso) * 1000
const told = { from_us: us('2026-03-31T00:00Z'), to_us: us('2026-04-01T00:00Z') - 1 }

it.each([
  [{}, 'non rapporté'],
  [{ deaths_best: 0 }, 'aucun'],
  [{ deaths_best: 9 }, '9'],
  [{ deaths_best: 9, deaths_low: 4, deaths_high: 14 }, '9 (entre 4 et 14)'],
  [{ deaths_low: 0 }, 'au moins 0'],
  [{ deaths_high: 14 }, 'au plus 14'],
  [{ deaths_low: null, deaths_best: null }, 'non rapporté'],
])('%j dead are "%s"', (dead, words) => expect(deadWords({ ...told, ...dead })).toBe(words))

it.each([
  ['day', '31 mars 2026'],
  ['week', 'semaine du 31 mars 2026'],
  ['month', 'mars 2026'],
  ['year', '2026'],
])('a time known to the %s is "%s"', (date_precision, words) => {
  expect(whenWords({ ...told, date_precision })).toBe(words)
})

it('says nothing finer than the radius', () => {
  const point = { lat_e7: 156_612_345, lon_e7: -4_440_009 }
  expect(whereLines({ ...told, ...point })[0]).toContain('15,6612° N 0,4440° O')
  expect(whereLines({ ...told, ...point, radius_m: 7_000 })).toEqual([
    '15,66° N 0,44° O · 30PYC 74 33', 'à moins de 7 km du point',
  ])
  expect(whereLines({ ...told, where_precision: 'region', place_name: 'Gao' })).toEqual(['Gao', 'Région (pas de point)'])
  expect(whereLines(told)).toEqual(['non donné'])
})
