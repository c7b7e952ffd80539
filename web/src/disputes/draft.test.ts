import { expect, test } from 'vitest'

import { boundaryOf, claimOf, disputeOf, linesOf, metresOf, type BoundaryDraft, type ClaimDraft } from './draft'

test.each([
  ['500', 500], ['1 600', 1600], ['1,6 km', 1600], ['9.5km', 9500], ['0', 0], ['12 m', 12],
  ['', null], ['-5', null], ['environ 3', null], ['99999999', null],
])('metres typed as %j', (text, metres) => {
  expect(metresOf(text)).toBe(metres)
})

const CLAIM: ClaimDraft = {
  title: 'Drone', title_en: '', claimant: 'Algérie', says: 'Au nord.', says_en: '', source: '',
  place: '19.95, 2.9', error_m: '500', stated_m: '1,6 km', stated_side: 'Algérie',
}

test('a claim when whole is a place with its error and what is stated', () => {
  expect(claimOf(CLAIM)).toEqual({
    problems: {},
    body: {
      title: 'Drone', claimant: 'Algérie', says: 'Au nord.', lat_e7: 199_500_000, lon_e7: 29_000_000,
      error_m: 500, stated_m: 1600, stated_side: 'Algérie',
    },
  })
})

test.each([
  [{ place: '' }, { lat_e7: 'writing.needed' }],
  [{ place: 'là-bas' }, { lat_e7: 'dispute.no_place' }],
  [{ error_m: '' }, { error_m: 'dispute.error_needed' }],
  [{ error_m: 'peu' }, { error_m: 'dispute.no_metres' }],
  [{ stated_m: '' }, { stated_m: 'dispute.side_alone' }],
  [{ claimant: ' ' }, { claimant: 'writing.needed' }],
])('a claim with %j', (changes, problems) => {
  expect(claimOf({ ...CLAIM, ...changes }).problems).toEqual(problems)
})

const LINE: BoundaryDraft = {
  name: 'A', name_en: '', source: 'essai', licence: 'libre', as_of: '2026-01-02', uncertainty_m: '250',
  left: 'Algérie', right: 'Mali', disputed: false, note: '', parts: [[[0, 0], [1, 1]]],
}

test('a boundary when whole names its sides, its day and its uncertainty', () => {
  const { body, problems } = boundaryOf(LINE)
  expect(problems).toEqual({})
  expect(body).toMatchObject({ as_of_us: Date.parse('2026-01-02') * 1000, uncertainty_m: 250, left: 'Algérie' })
  expect('disputed' in body).toBe(false)
})

test.each([
  [{ right: 'algérie' }, { right: 'dispute.one_side' }],
  [{ parts: [] }, { parts: 'dispute.no_line' }],
  [{ as_of: '' }, { as_of_us: 'writing.needed' }],
  [{ uncertainty_m: '' }, { uncertainty_m: 'dispute.error_needed' }],
  [{ parts: [Array.from({ length: 5001 }, (_, k): [number, number] => [k, 0])] }, { parts: 'dispute.long_line' }],
])('a boundary with other fields', (changes, problems) => {
  expect(boundaryOf({ ...LINE, ...changes }).problems).toEqual(problems)
})

test('a dispute when it gives no reason is none', () => {
  const draft = { reason: '', reason_en: '', version: 'au sud', version_en: '' }
  expect(disputeOf(draft).problems).toEqual({ reason: 'writing.needed' })
  expect(disputeOf({ ...draft, reason: 'non' }).body).toEqual({ reason: 'non', version: 'au sud' })
})

const feature = (geometry: object) => ({ type: 'Feature', geometry, properties: {} })
const line = { type: 'LineString', coordinates: [[2.1, 19.9], [2.1, 19.9], [2.2, 19.95, 300]] }

test.each([
  [line, 1],
  [feature(line), 1],
  [{ type: 'FeatureCollection', features: [feature(line), feature({ type: 'Point', coordinates: [0, 0] })] }, 1],
  [{ type: 'MultiLineString', coordinates: [line.coordinates, line.coordinates] }, 2],
  [{ type: 'GeometryCollection', geometries: [line] }, 1],
  [{ type: 'Polygon', coordinates: [[[0, 0], [1, 1], [1, 0], [0, 0]]] }, 0],
  [{ type: 'LineString', coordinates: [['a', 'b']] }, 0],
])('a GeoJSON file', (value, count) => {
  const found = linesOf(JSON.stringify(value))
  expect(found).toHaveLength(count)
  if (count) expect(found[0]).toEqual([[21_000_000, 199_000_000], [22_000_000, 199_500_000]])
})

test('a file when it is no GeoJSON holds no line', () => {
  expect([linesOf(''), linesOf('{'), linesOf('null'), linesOf('[1]')]).toEqual([[], [], [], []])
})
