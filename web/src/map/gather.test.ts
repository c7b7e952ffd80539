import { describe, expect, test } from 'vitest'

import { countIn, gather, holds, rowsIn, rowsOf } from './gather'
import { frameOf } from './mercator'
import { EVERYTHING, Picture, type Columns } from './picture'

type Row = [lat: number, lon: number, at: number, category: string, party: string]

function columns(rows: Row[]): Columns {
  const [categories, parties] = [[...new Set(rows.map((r) => r[3]))], [...new Set(rows.map((r) => r[4]))]]
  return {
    total: rows.length,
    cut: false,
    at_us: 0,
    logs: ['ml/spine'],
    log: rows.map(() => 0),
    index: rows.map((_, i) => i),
    lat_e7: rows.map((r) => Math.round(r[0] * 1e7)),
    lon_e7: rows.map((r) => Math.round(r[1] * 1e7)),
    radius_m: rows.map(() => 0),
    at: rows.map((r) => r[2]),
    categories,
    category: rows.map((r) => categories.indexOf(r[3])),
    parties,
    party: rows.map((r) => parties.indexOf(r[4])),
    grades: ['B2'],
    grade: rows.map(() => 0),
    regions: [],
  }
}

function pictureOf(rows: Row[]): Picture {
  const picture = new Picture()
  picture.load('sharing_reports', columns(rows))
  return picture
}

/** Points that look random and are the same every time. */
function scattered(count: number): Row[] {
  let seed = 7
  const next = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  return Array.from({ length: count }, () => [5 + 20 * next(), -10 + 25 * next(), Math.floor(1000 * next()), next() < 0.5 ? 'attack' : 'hazard', next() < 0.3 ? 'ml' : 'bf'])
}

const frame = frameOf({ lon: 2, lat: 15 }, 5, 1280, 800)

describe('gathering', () => {
  test('when points lie together makes them one, and counts each of them once', () => {
    const picture = pictureOf([[15, 2, 1, 'attack', 'ml'], [15.01, 2.01, 2, 'attack', 'bf'], [10, -5, 3, 'attack', 'ml']])
    const { groups, shown } = gather(picture, EVERYTHING, frame)
    expect(groups.map((g) => g.count).sort()).toEqual([1, 2])
    expect([shown, countIn(picture, EVERYTHING, frame)]).toEqual([3, 3])
    expect([...groups.find((g) => g.count === 2)!.shares]).toEqual([1, 1])
  })

  test('when there are many points loses none and adds none', () => {
    const picture = pictureOf(scattered(5000))
    const gathered = gather(picture, EVERYTHING, frame)
    const rows = gathered.groups.map((g) => rowsOf(picture, EVERYTHING, gathered, g, Infinity))
    gathered.groups.forEach((g, i) => expect(rows[i]!.length).toBe(g.count))
    expect(new Set(rows.flat()).size).toBe(rows.flat().length)
    const seen = new Set(rows.flat())
    for (const row of rowsIn(picture, EVERYTHING, frame, Infinity)) expect(seen.has(row)).toBe(true)
  })

  test('when done leaves groups apart on the screen', () => {
    const { groups } = gather(pictureOf(scattered(5000)), EVERYTHING, frame)
    const near = groups.filter((a) => groups.some((b) => a !== b && Math.hypot(a.x - b.x, a.y - b.y) * frame.size < 12))
    expect(near.length).toBeLessThan(groups.length / 10)
  })

  test('when one moves a little holds, and the groups are those of the new place', () => {
    const picture = pictureOf(scattered(3000))
    const gathered = gather(picture, EVERYTHING, frame)
    const near = { ...frame, x: frame.x + 200 / frame.size }
    expect(holds(gathered, picture, EVERYTHING, near)).toBe(true)
    const seen = (groups: { x: number; y: number; count: number }[]) =>
      groups.map((g) => [((g.x - near.x) * near.size).toFixed(3), ((g.y - near.y) * near.size).toFixed(3), g.count].join())
        .filter((text) => Number(text.split(',')[0]) > 0 && Number(text.split(',')[0]) < near.width).sort()
    expect(seen(gathered.groups)).toEqual(seen(gather(picture, EVERYTHING, near).groups))
  })

  test('when one goes far, zooms, filters or something changes does not hold', () => {
    const picture = pictureOf(scattered(30))
    const gathered = gather(picture, EVERYTHING, frame)
    expect(holds(gathered, picture, EVERYTHING, { ...frame, x: frame.x + 900 / frame.size })).toBe(false)
    expect(holds(gathered, picture, EVERYTHING, frameOf({ lon: 2, lat: 15 }, 6, 1280, 800))).toBe(false)
    expect(holds(gathered, picture, { ...EVERYTHING, to_us: 5 }, frame)).toBe(false)
    picture.change('sharing_reports', 'ml/spine/0', null)
    expect(holds(gathered, picture, EVERYTHING, frame)).toBe(false)
  })

  test('when filtered shows only what is let through', () => {
    const rows = scattered(800)
    const picture = pictureOf(rows)
    const filter = { from_us: 200, to_us: 400, categories: new Set(['hazard']), parties: new Set(['bf']), lists: new Set<string>() }
    const wanted = rows.filter((r) => r[2] >= 200 && r[2] <= 400 && r[3] === 'attack' && r[4] === 'ml').length
    expect(wanted).toBeGreaterThan(10)
    expect(gather(picture, filter, frame).shown).toBe(wanted)
  })
})

describe('a picture', () => {
  test('when a change arrives draws the row anew, and forgets it when it goes', () => {
    const picture = pictureOf([[15, 2, 1, 'attack', 'ml'], [10, -5, 3, 'hazard', 'bf']])
    picture.change('sharing_reports', 'ne/spine/4', { address: 'ne/spine/4', lat_e7: 13e7, lon_e7: 2e7, from_us: 9, category: 'clash', party: 'ne', grade: 'A', credibility: 1 })
    expect(picture.count).toBe(3)
    expect(picture.address(picture.row('ne/spine/4'))).toBe('ne/spine/4')
    picture.change('sharing_reports', 'ml/spine/0', null)
    expect([picture.count, picture.row('ml/spine/0')]).toEqual([2, -1])
    expect(picture.address(picture.row('ml/spine/1'))).toBe('ml/spine/1')
    expect(picture.categories[picture.category[picture.row('ne/spine/4')]!]).toBe('clash')
  })

  test('when a row loses its point is not drawn any more', () => {
    const picture = pictureOf([[15, 2, 1, 'attack', 'ml']])
    picture.change('sharing_reports', 'ml/spine/0', { address: 'ml/spine/0', lat_e7: null, lon_e7: null })
    expect(picture.count).toBe(0)
  })

  test('when a list is read again has its rows once, and those of other lists still', () => {
    const picture = pictureOf([[15, 2, 1, 'attack', 'ml'], [10, -5, 3, 'hazard', 'bf']])
    picture.load('disputes_claims', { ...columns([[19, 1, 5, '', 'ml']]), logs: ['bf/spine'] })
    picture.load('sharing_reports', columns([[10, -5, 3, 'hazard', 'bf']]))
    expect(picture.count).toBe(2)
    expect(picture.categories[picture.category[picture.row('bf/spine/0')]!]).toBe('disputes_claims')
    const { shown } = gather(picture, { ...EVERYTHING, lists: new Set(['disputes_claims']) }, frame)
    expect(shown).toBe(1)
  })

  test('when counted over time puts each row into one bin, the last moment too', () => {
    const picture = pictureOf([[15, 2, 0, 'attack', 'ml'], [15, 2, 50, 'attack', 'ml'], [15, 2, 100, 'hazard', 'ml']])
    expect([...picture.histogram(EVERYTHING, picture.span()!, 4)]).toEqual([1, 0, 1, 1])
    expect([...picture.histogram({ ...EVERYTHING, categories: new Set(['hazard']) }, [0, 100], 4)]).toEqual([1, 0, 1, 0])
  })
})
