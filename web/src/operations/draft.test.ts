import { expect, test } from 'vitest'

import { answerDraft, answerOf, closed, emptyRequest, metresOf, pointsOf, requestOf, volumeOf, emptyVolume } from './draft'
import { kilometres, opposed, readersOf, together, type Crossing, type Order, type Request, type Terms, type Unit } from './shapes'
import { beside, frameOf, scaleOf, strip } from './sketch'

const HOUR = 3_600_000_000
const NOW = 1_700_000_040_000_000
const LINE: [number, number][] = [[-5_000_000, 140_000_000], [-25_000_000, 140_000_000], [-45_000_000, 140_000_000]]

const request = {
  depth_m: 50_000, party: 'ml', host: 'bf', to: ['bf'],
  volume: { from_us: NOW, until_us: NOW + 12 * HOUR + 59_000_000 },
} as unknown as Request
const terms = { address: 'bf/spine/3', depth_m: 30_000, hours: 6, conditions: 'liaison à bord' } as unknown as Terms

test('a yes says nothing else, and a no carries its reason', () => {
  expect(answerOf(answerDraft(request, 'yes', terms, NOW), request)).toEqual({ body: { answer: 'yes' }, problems: {} })
  const no = answerDraft(request, 'no', undefined, NOW)
  expect(answerOf(no, request).problems).toEqual({ why: 'operation.why_needed' })
  expect(answerOf({ ...no, why: ' civils ' }, request).body).toEqual({ answer: 'no', why: 'civils' })
})

test('limits are prefilled from the standing terms, never wider than what was asked for', () => {
  const draft = answerDraft(request, 'limits', terms, NOW)
  expect(answerOf(draft, request)).toEqual({
    body: { answer: 'limits', depth_m: 30_000, until_us: NOW + 6 * HOUR, conditions: 'liaison à bord', terms: 'bf/spine/3' },
    problems: {},
  })
  const wide = answerDraft(request, 'limits', { ...terms, depth_m: 90_000, hours: 100, conditions: undefined }, NOW)
  expect(wide.depth_km).toBe('50')
  expect(answerOf(wide, request).problems).toEqual({ depth_m: 'operation.no_limit' })
})

test.each([
  ['51', 'operation.wider'],
  ['', 'operation.no_number'],
  ['-3', 'operation.no_number'],
  ['loin', 'operation.no_number'],
])('a depth of %j km', (depth_km, problem) => {
  const draft = { ...answerDraft(request, 'limits', terms, NOW), depth_km }
  expect(answerOf(draft, request).problems['depth_m']).toBe(problem)
})

test('lengths when typed in French or English are the same metres', () => {
  expect([metresOf('12,5', 1000), metresOf('12.5', 1000), metresOf('1 200', 1)]).toEqual([12_500, 12_500, 1_200])
})

test('points when one line cannot be read say which', () => {
  expect(pointsOf('14, -0.5\n\nici\n')).toEqual({ points: [[-5_000_000, 140_000_000]], wrong: 1 })
  expect(closed([[0, 0], [1, 0], [1, 1]])).toHaveLength(4)
  expect(closed([[0, 0], [1, 0], [1, 1], [0, 0]])).toHaveLength(4)
})

test('the land to the right of a border that goes west lies north of it', () => {
  const far = beside(LINE, 50_000)
  for (const [lon, lat] of far) {
    expect(lat).toBeGreaterThan(140_000_000)
    expect((lat - 140_000_000) / 1e7 * 111.195).toBeCloseTo(50, 1)
    expect(LINE.map(([one]) => one)).toContain(lon)
  }
  expect(strip(LINE, 50_000)).toHaveLength(6)
})

test('a border that bends does not throw its corner away', () => {
  const sharp: [number, number][] = [[0, 0], [10_000_000, 0], [0, 500_000]]
  const moved = beside(sharp, 10_000)[1]!
  expect(Math.hypot(moved[0] - 10_000_000, moved[1])).toBeLessThan(3_000_000)
})

test('a drawing keeps everything within its frame, and its scale is round', () => {
  const frame = frameOf([...LINE, ...beside(LINE, 50_000)], 400)
  for (const place of LINE) {
    const [x, y] = frame.at(place)
    expect(x).toBeGreaterThanOrEqual(0)
    expect(x).toBeLessThanOrEqual(400)
    expect(y).toBeLessThanOrEqual(frame.height)
  }
  // 432 km on 364 px: 90 px are 107 km.
  expect(scaleOf(frame, 90)).toBe(100_000)
})

test('a request along the border has an area that closes, a depth and a window', () => {
  const draft = {
    ...emptyRequest(NOW), host: 'bf', title: 'Poursuite', why: 'poursuite', units: ['ml/spine/1'],
    border: '14, -0.5\n14, -2.5\n14, -4.5',
  }
  const { body, problems } = requestOf(draft)
  expect(problems).toEqual({})
  const volume = body['volume'] as { area: number[][][]; from_us: number; until_us: number }
  expect(volume.area[0]!.at(-1)).toEqual(volume.area[0]![0])
  expect(volume.until_us - volume.from_us).toBe(12 * HOUR)
  expect(body['depth_m']).toBe(50_000)
  expect(Object.keys(requestOf(emptyRequest(NOW)).problems).sort()).toEqual(['border', 'host', 'title', 'units', 'why'])
})

test('a volume when something is wrong says at which place of the body', () => {
  const line = { ...emptyVolume('line', NOW), points: '14, 0', half_width_km: '0', ceiling_m: 'haut' }
  expect(volumeOf(line, 'volumes[1]').problems).toEqual({
    'volumes[1].points': 'operation.two_points',
    'volumes[1].half_width_m': 'operation.no_number',
    'volumes[1].ceiling_m': 'operation.no_number',
  })
})

test('whoever left the charter reads no answer', () => {
  expect(readersOf('ml', ['bf', 'ne', 'old'], 'bf', ['bf', 'ml', 'ne'])).toEqual(['ml', 'ne'])
})

test('crossings of one unit stand together, the worst word of both nodes first', () => {
  const one = (party: string, unit: string, state: string) => ({ party, unit, state, host: 'bf', at: 1 }) as Crossing
  const rows = together([one('ml', 'a', 'inside'), one('ml', 'b', 'inside'), one('bf', 'b', 'outside')])
  expect(rows.map((row) => [row.unit, row.worst.state, row.seen.length])).toEqual([['b', 'outside', 2], ['a', 'inside', 1]])
  expect(kilometres(1_049, 'fr-FR')).toBe('1 km')
  expect(kilometres(51_200, 'fr-FR')).toBe('51,2 km')
})

test('orders that contradict stand by the names of their signers', () => {
  const order = (address: string, party: string) => ({ address, party }) as Order
  const unit = { orders: [order('ml/spine/2', 'ml'), order('bf/spine/1', 'bf')], conflicts: [['ml/spine/2', 'bf/spine/1']] } as unknown as Unit
  expect(opposed(unit).map((pair) => pair.map((one) => one.party))).toEqual([['bf', 'ml']])
  expect(opposed({ orders: [] } as unknown as Unit)).toEqual([])
})
