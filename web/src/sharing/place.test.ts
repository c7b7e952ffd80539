import { describe, expect, it } from 'vitest'
import { metresBetween, parsePlace } from './place'

describe('a typed place', () => {
  it.each([
    ['16.2717, -0.0444'],
    ['16.2717 -0.0444'],
    ['16,2717 ; -0,0444'],
    ['16,2717 -0,0444'],
    ['16.2717N 0.0444W'],
    ['16,2717 N, 0,0444 O'],
    ['0.0444 W 16.2717 N'],
    [`16°16'18.12"N 0°2'39.84"W`],
    [`16°16’18,12”N, 0°2’39,84”O`],
  ])('%s is understood', (text) => {
    expect(parsePlace(text)).toMatchObject({ lat_e7: 162_717_000, lon_e7: -444_000 })
  })

  it('in MGRS knows how large its square is', () => {
    const fine = parsePlace('30Q YC 15738 00350')
    const coarse = parsePlace('30QYC1500')
    expect(fine?.within_m).toBe(1)
    expect(coarse?.within_m).toBe(708)
    expect(metresBetween(fine!, { lat_e7: 162_717_000, lon_e7: -9_824_000 })).toBeLessThan(200_000)
    expect(metresBetween(fine!, coarse!)).toBeLessThan(1_500)
  })

  it.each(['', 'Ansongo', '95.1, 3', '16.2', '12 N 13 N', '30QYC123', '16.2, 190', '1,2,3'])(
    '%j is refused', (text) => expect(parsePlace(text)).toBeNull(),
  )
})

it('distances agree with the map', () => {
  const bamako = { lat_e7: 126_392_000, lon_e7: -80_029_000 }
  const niamey = { lat_e7: 135_116_000, lon_e7: 21_254_000 }
  expect(metresBetween(bamako, niamey) / 1000).toBeCloseTo(1098, -1)
  expect(metresBetween(niamey, niamey)).toBe(0)
})
