import { beforeAll, describe, expect, it, vi } from 'vitest'

import './words.house'
import { ago, bytes, countdown, degrees, distance, duration, mgrsOf, parseDegrees, parseMgrs, parsePlace } from './shape'
import { setLanguage } from './words'

const SECOND = 1_000_000
const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ')

beforeAll(() => {
  vi.stubGlobal('localStorage', { setItem: () => undefined, getItem: () => null })
  vi.stubGlobal('document', { documentElement: { lang: '' } })
  setLanguage('fr')
})

describe('times', () => {
  it.each([
    [9 * SECOND, '9 s'],
    [61 * SECOND, '1 min'],
    [3_600 * SECOND, '1 h'],
    [3_600 * SECOND + 60 * 12 * SECOND, '1 h 12 min'],
    [27 * 3_600 * SECOND, '1 j 3 h'],
    [400 * 86_400 * SECOND, '400 j'],
  ])('%d µs last %s', (us, text) => expect(duration(us)).toBe(text))

  it('are told from now', () => {
    expect(ago(0, 5 * SECOND)).toBe('à l’instant')
    expect(ago(0, 120 * SECOND)).toBe('il y a 2 min')
    expect(ago(7_200 * SECOND, 0)).toBe('dans 2 h')
    expect(ago(0, 40 * 86_400 * SECOND)).toBe('1 janv. 1970')
    expect(countdown(60 * SECOND, 0)).toBe('encore 1 min')
    expect(countdown(0, 60 * SECOND)).toBe('en retard de 1 min')
  })
})

describe('numbers', () => {
  it('carry their unit', () => {
    expect(distance(850)).toBe('850 m')
    expect(distance(1_640)).toBe('1,6 km')
    expect(plain(distance(1_234_000))).toBe('1 234 km')
    expect([bytes(12), bytes(17_400), bytes(2_340_000)]).toEqual(['12 o', '17 ko', '2,3 Mo'])
  })
})

describe('places', () => {
  it('are written in degrees and in MGRS', () => {
    expect(degrees(144_912_000, -41_960_000)).toBe('14,4912° N 4,1960° O')
    expect(mgrsOf(482_494_900, 164_145_000)).toBe('33UXP 05004 44997')
    expect(mgrsOf(890_000_000, 0)).toBe('')
  })

  it.each(['14.4912, -4.196', '14,4912 -4,196', '14.4912° N 4.196° W', '14,4912 N; 4,196 O'])('%s is read', (text) =>
    expect(parseDegrees(text)).toEqual({ lat_e7: 144_912_000, lon_e7: -41_960_000 }),
  )

  it('in MGRS come back where they were, within the square', () => {
    const place = parseMgrs(mgrsOf(144_912_000, -41_960_000).toLowerCase())
    expect(Math.abs((place?.lat_e7 ?? 0) - 144_912_000)).toBeLessThan(100)
    expect(Math.abs((place?.lon_e7 ?? 0) + 41_960_000)).toBeLessThan(100)
    expect(parseMgrs('30P UB 711 023')).toEqual(parseMgrs('30PUB711023'))
  })

  it.each(['', 'Gao', '91, 0', '14', '30PVB 123 4', '14.5 200'])('%s is no place', (text) => expect(parsePlace(text)).toBeNull())
})
