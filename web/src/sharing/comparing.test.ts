import { describe, expect, it } from 'vitest'
import { apartM, apartUs, hearers, mayBeOne, nearest, type Claim } from './comparing'

const DAY = 86_400_000_000
const claim = (address: string, more: Partial<Claim> = {}): Claim => ({
  address, party: address.split('/')[0]!, to: [], from_us: 0, to_us: DAY, lat_e7: 150_000_000, lon_e7: 0, ...more,
})
const mine = claim('ml/spine/1', { to: ['bf', 'ne'] })

describe('two claims', () => {
  it('are so far apart in place as their points, and not at all when one has none', () => {
    const north = claim('bf/spine/1', { lat_e7: 151_000_000 })
    expect(apartM(mine, north)).toBeCloseTo(11_120, -2)
    expect(apartM(mine, claim('bf/spine/1', { lat_e7: undefined }))).toBeNull()
    expect(mayBeOne(mine, north)).toBe(false)
    expect(mayBeOne({ ...mine, radius_m: 5_000 }, { ...north, radius_m: 7_000 })).toBe(true)
  })

  it('are not apart in time when their spans overlap', () => {
    expect(apartUs(mine, claim('bf/spine/1', { from_us: DAY / 2, to_us: DAY * 2 }))).toBe(0)
    expect(apartUs(mine, claim('bf/spine/1', { from_us: DAY * 3, to_us: DAY * 4 }))).toBe(DAY * 2)
    expect(apartUs(claim('bf/spine/1', { from_us: DAY * 3, to_us: DAY * 4 }), mine)).toBe(DAY * 2)
  })
})

it('proposes what is near in time and place, and never the report itself', () => {
  const near = claim('bf/spine/1', { lat_e7: 150_100_000 })
  const late = claim('bf/spine/2', { from_us: DAY * 9, to_us: DAY * 10 })
  const nowhere = claim('ne/spine/1', { lat_e7: undefined })
  expect(nearest(mine, [late, nowhere, mine, near]).map((one) => one.address)).toEqual([
    'bf/spine/1', 'ne/spine/1', 'bf/spine/2',
  ])
})

it('lets hear of a link only who has both', () => {
  const theirs = claim('bf/spine/1', { to: ['ml'] })
  expect(hearers(mine, theirs, 'ml')).toEqual(['bf'])
  expect(hearers(mine, { ...theirs, to: ['ml', 'ne'] }, 'ml')).toEqual(['bf', 'ne'])
  expect(hearers(claim('ml/home/1', { to: ['bf'] }), theirs, 'ml')).toEqual([])
})
