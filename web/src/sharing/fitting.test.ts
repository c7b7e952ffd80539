import { expect, it } from 'vitest'
import { mercatorX, mercatorY, metresAt, pixelOf } from '../map/mercator'
import { fitted } from './fitting'

const circle = { lat_e7: 156_600_000, lon_e7: 5_000_000, radius_m: 7_000 }

it('shows a circle whole, in the middle', () => {
  const frame = fitted([circle], 400, 200)
  const [x, y] = pixelOf(frame, mercatorX(0.5), mercatorY(15.66))
  expect([Math.round(x), Math.round(y)]).toEqual([200, 100])
  expect((7_000 / metresAt(15.66)) * frame.size).toBeLessThan(100)
})

it('shows far circles together', () => {
  const far = { lat_e7: 135_000_000, lon_e7: 21_000_000, radius_m: 100_000 }
  const frame = fitted([circle, far], 400, 200)
  for (const { lat_e7, lon_e7, radius_m } of [circle, far]) {
    const [x, y] = pixelOf(frame, mercatorX(lon_e7 / 1e7), mercatorY(lat_e7 / 1e7))
    const reach = (radius_m / metresAt(lat_e7 / 1e7)) * frame.size
    expect(x - reach).toBeGreaterThan(0)
    expect(x + reach).toBeLessThan(400)
    expect(y - reach).toBeGreaterThan(0)
    expect(y + reach).toBeLessThan(200)
  }
})
