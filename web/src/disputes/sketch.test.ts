import { expect, test } from 'vitest'

import { bundleOf, exactly, forAnybody, withError, type Boundary, type Claim, type Matter } from './shapes'
import { clipped, scaleOf, sketchOf } from './sketch'

const LAT = 199_500_000
const LON = 29_000_000
const KM = 90_000

function claim(address: string, km_north: number, foot_km: number, cited = 'ml/spine/0'): Claim {
  const lat_e7 = LAT + km_north * KM
  const measure = {
    boundary: cited, cited: true, foot_lat_e7: LAT + foot_km * KM, foot_lon_e7: LON,
    distance_m: 1600, error_m: 751, agrees: 'yes', side: 'A', certain: true,
  }
  return { address, lat_e7, lon_e7: LON, error_m: 500, claimant: 'A', measures: [measure] } as unknown as Claim
}

const line = (address: string, km: number): Boundary =>
  ({
    address, name: address, uncertainty_m: 250,
    lines: [[[LON - 8_000_000, LAT + km * KM], [LON + 8_000_000, LAT + km * KM]]],
  }) as unknown as Boundary

test('a sketch when two lines lie apart shows both claims and both lines to scale', () => {
  const found = sketchOf([claim('a', 0, -1.6), claim('b', 0, 9.5)], [line('A', -1.6), line('B', 9.5)])
  const [a, b] = found.claims
  if (!a?.foot || !b?.foot) throw new Error('no foot')
  const km = found.scale.px / (found.scale.metres / 1000)
  expect((a.foot.y - a.y) / km).toBeCloseTo(1.6, 1)
  expect((b.y - b.foot.y) / km).toBeCloseTo(9.5, 1)
  expect(a.r / km).toBeCloseTo(0.5, 5)
  expect(found.lines.map((drawn) => drawn.name)).toEqual(['A', 'B'])
  expect(found.lines[0]?.band).toBeCloseTo(0.25 * km, 5)
  for (const point of found.lines.flatMap((drawn) => drawn.parts.flat())) {
    expect(point.x).toBeGreaterThanOrEqual(-0.01)
    expect(point.x).toBeLessThanOrEqual(found.width + 0.01)
  }
  for (const one of found.claims) expect(one.y).toBeGreaterThan(0)
})

test('a line when it is far away is not drawn, and stretches nothing', () => {
  const found = sketchOf([claim('a', 0, 2)], [line('far', 400), line('near', 2)])
  expect(found.lines.map((drawn) => drawn.name)).toEqual(['near'])
})

test('a claim when there is no line to measure from is drawn all the same', () => {
  const found = sketchOf([{ ...claim('a', 0, 0), measures: [] }], [])
  expect(found.claims[0]).toMatchObject({ foot: null, x: found.width / 2, y: found.height / 2 })
})

test.each([
  [[{ x: -5, y: 5 }, { x: 15, y: 5 }], 1],
  [[{ x: -5, y: 20 }, { x: 15, y: 20 }], 0],
  [[{ x: 2, y: 2 }, { x: 4, y: 4 }, { x: 6, y: 2 }], 1],
  [[{ x: 5, y: 5 }, { x: 5, y: 30 }, { x: 8, y: 30 }, { x: 8, y: 5 }], 2],
])('a line %j is cut into %d stretches', (points, count) => {
  expect(clipped(points, 10, 10)).toHaveLength(count)
})

test('a scale when drawn is a round length', () => {
  expect(scaleOf(50, 600)).toEqual({ metres: 2000, px: 100 })
  expect(scaleOf(1000, 600).metres).toBe(100)
})

test('distances when written stand with their error in one unit', () => {
  expect(withError(1600, 751, 'en-GB')).toBe('1,600 ± 751 m')
  expect(withError(11_123, 751, 'en-GB')).toBe('11.1 ± 0.8 km')
  expect(exactly(9500, 'en-GB')).toBe('9,500 m')
})

test('a bundle when put together holds what was said and the cited lines, and for anybody our own', () => {
  const matter = {
    id: 'ml/spine/4', kind: 'claim', claims: [claim('ml/spine/4', 0, 1), claim('bf/spine/2', 0, 1, 'bf/spine/1')],
    disputes: [{ address: 'ne/spine/9' }],
  } as unknown as Matter
  const all = bundleOf(matter)
  expect(all).toEqual(['ml/spine/4', 'bf/spine/2', 'ne/spine/9', 'ml/spine/0', 'bf/spine/1'])
  expect(forAnybody(all, 'ml')).toEqual(['ml/spine/4', 'ml/spine/0'])
})
