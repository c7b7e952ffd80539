import { describe, expect, test } from 'vitest'

import { kindOf } from './dropins'
import { stepAt, ticks } from './grid'
import { placesNamed } from './map-goto'
import { scaleOf } from './map-tools'
import { frameOf, latOf, lonOf, mercatorX, mercatorY, placeAtE7 } from './mercator'
import { short } from './signs'

describe('the square of Mercator', () => {
  test.each([[0, 0], [16.77, -3], [-33.9, 151.2], [84, 179]])('when gone to and back from (%d, %d) is where it was', (lat, lon) => {
    expect(latOf(mercatorY(lat))).toBeCloseTo(lat, 9)
    expect(lonOf(mercatorX(lon))).toBeCloseTo(lon, 9)
  })

  test('when framed has its centre in the middle of the screen', () => {
    const frame = frameOf({ lon: -3, lat: 16.77 }, 7, 800, 600)
    expect(placeAtE7(frame, 400, 300)).toEqual({ lat_e7: 167_700_000, lon_e7: -30_000_000 })
  })
})

test('a scale when shown is a round number of metres and fits', () => {
  for (const zoom of [2, 4.7, 9, 14]) {
    const { metres, px } = scaleOf(frameOf({ lon: 0, lat: 15 }, zoom, 800, 600))
    expect([1, 2, 5]).toContain(Number(String(metres)[0]))
    expect(px).toBeLessThanOrEqual(110)
    expect(px).toBeGreaterThan(40)
  }
})

test('the grid when nearer is finer, and its lines are whole steps', () => {
  expect(stepAt(3)).toBe(10)
  expect(stepAt(12)).toBe(0.1)
  expect(ticks(-1.3, 1.2, 0.5)).toEqual([-1, -0.5, 0, 0.5, 1])
})

test.each([
  ['ne_10m_rivers_lake_centerlines.geojson', 'river'],
  ['waterway', 'river'],
  ['lakes', 'water'],
  ['road_network.geojson', 'road'],
  ['transportation', 'road'],
  ['adm1_ml.geojson', 'border'],
  ['boundaries', 'border'],
  ['places', 'place'],
  ['xyz.geojson', 'other'],
])('a file or layer named %s is taken for %s', (name, kind) => {
  expect(kindOf(name)).toBe(kind)
})

test('a count when large is written short', () => {
  expect([7, 999, 1000, 1249, 9999, 12_499, 100_000].map(short)).toEqual(['7', '999', '1k', '1.2k', '10k', '12k', '100k'])
})

test('places when asked for without accents or in either language are found, the larger first', () => {
  const place = (en: string, fr: string) => ({ type: 'Feature' as const, properties: { en, fr, country: 'ml' }, geometry: { type: 'Point' as const, coordinates: [1, 2] } })
  const places = { type: 'FeatureCollection' as const, features: [place('Bamako', 'Bamako'), place('Timbuktu', 'Tombouctou'), place('Ségou', 'Ségou'), place('Old Segou', 'Old Segou')] }
  expect(placesNamed('segou', places, 'fr').map((p) => p.name)).toEqual(['Ségou', 'Old Segou'])
  expect(placesNamed('timb', places, 'fr').map((p) => p.name)).toEqual(['Tombouctou'])
  expect(placesNamed('b', places, 'fr')).toEqual([])
})
