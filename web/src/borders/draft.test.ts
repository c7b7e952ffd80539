import { expect, test } from 'vitest'

import { emptyWatch, fieldOf, momentOf, postureOf, sectorOf, watchOf, type WatchDraft } from './draft'
import { counted, nameOf, shares, type Sector, type State } from './shapes'

const NOW = 1_700_000_040_000_000

test('a watch when nobody has said how it was is no watch', () => {
  const draft = emptyWatch(NOW)
  expect(watchOf(draft).problems).toEqual({ state: 'border.say_state' })
  const said: WatchDraft = { ...draft, state: 'quiet' }
  expect(watchOf(said)).toEqual({
    body: { state: 'quiet', from_us: NOW - 12 * 3_600_000_000, to_us: NOW },
    problems: {},
  })
})

test('a moment when written and read again is the same minute', () => {
  expect(momentOf(fieldOf(NOW))).toBe(NOW)
  expect(momentOf('')).toBeNull()
  expect(momentOf('2026-13-01T00:00')).toBeNull()
})

test.each([
  ['2026-01-01T08:00', '2026-01-01T09:00', 'relève', undefined],
  ['2026-01-01T08:00', '2026-01-01T09:00', ' ', 'border.gap_why'],
  ['2026-01-01T05:00', '2026-01-01T09:00', 'pluie', 'border.gap_outside'],
  ['2026-01-01T09:00', '2026-01-01T08:00', 'pluie', 'border.gap_outside'],
  ['', '2026-01-01T08:00', 'pluie', 'border.gap_outside'],
])('a gap from %s to %s (%s)', (from, to, why, problem) => {
  const draft: WatchDraft = {
    state: 'quiet', from: '2026-01-01T06:00', to: '2026-01-01T12:00', text: '', text_en: '',
    gaps: [{ from, to, why }],
  }
  expect(watchOf(draft).problems['gaps[0]']).toBe(problem)
})

test('a watch when it ends before it begins says so', () => {
  const draft: WatchDraft = { ...emptyWatch(NOW), state: 'incident', to: '2020-01-01T00:00' }
  expect(watchOf(draft).problems).toEqual({ to_us: 'border.ends_before' })
})

test('a posture when its end is over is refused', () => {
  const base = { posture: 'closed' as const, note: ' crue ', contact: '', until: '' }
  expect(postureOf(base, NOW)).toEqual({ body: { posture: 'closed', note: 'crue' }, problems: {} })
  expect(postureOf({ ...base, until: fieldOf(NOW) }, NOW).problems).toEqual({ until_us: 'border.over_already' })
  expect(postureOf({ ...base, posture: '' }, NOW).problems).toEqual({ posture: 'border.say_posture' })
})

const SECTOR = { name: 'Liptako', name_en: '', parties: ['ne'], neighbours: 'Algérie, Bénin', contact: '' }

test('a sector when its corners are typed is a closed ring of longitude and latitude', () => {
  const made = sectorOf({ ...SECTOR, area: '14, 0\n14, 1\n\n15.5, 1\n' }, 'ml')
  expect(made.problems).toEqual({})
  expect(made.body['area']).toEqual([[0, 140000000], [10000000, 140000000], [10000000, 155000000], [0, 140000000]])
  expect(made.body['parties']).toEqual(['ml', 'ne'])
  expect(made.body['neighbours']).toEqual(['Algérie', 'Bénin'])
})

test.each([
  ['14, 0\n15, 1', 'border.three_corners'],
  ['14, 0\n15, 1\nici', 'border.corner_wrong'],
  ['', 'border.three_corners'],
])('a sector with the corners %j', (area, problem) => {
  expect(sectorOf({ ...SECTOR, area }, 'ml').problems['area']).toBe(problem)
})

test('a sector when nobody shares it says so', () => {
  expect(sectorOf({ ...SECTOR, parties: [], area: '14,0\n14,1\n15,1' }, 'ml').problems['parties']).toBe('border.with_whom')
})

const row = (state: State, ...parties: string[]) =>
  ({ state, name: 'A', name_en: 'B', sides: parties.map((party) => ({ party })) }) as unknown as Sector

test('sectors when counted are counted by state, the worst first', () => {
  expect(counted([row('quiet'), row('no_reporting'), row('incident'), row('quiet')])).toEqual([
    ['incident', 1], ['no_reporting', 1], ['quiet', 2],
  ])
  expect(shares(row('quiet', 'ml', 'bf'), 'bf')).toBe(true)
  expect(shares(row('quiet', 'ml'), 'bf')).toBe(false)
  expect([nameOf(row('quiet'), 'fr'), nameOf(row('quiet'), 'en')]).toEqual(['A', 'B'])
})
