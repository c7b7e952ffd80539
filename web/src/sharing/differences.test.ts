import { expect, it } from 'vitest'
import { differences, takenOut, untouched } from './differences'

const home = {
  category: 'attack',
  evidence: ['a'.repeat(64), 'b'.repeat(64)],
  lat_e7: 156_600_000,
  lon_e7: 5_000_000,
  place_name: 'Ansongo',
  source: 'Poste 14',
  text: 'Le marché d’Ansongo attaqué, selon poste 14.',
  title: 'Marché attaqué',
}

it('says what a coarse, shielded release leaves out', () => {
  const { source: _s, evidence: _e, place_name: _p, ...rest } = home
  const leaving = {
    ...rest,
    lat_e7: 156_400_000,
    lon_e7: 5_200_000,
    radius_m: 7_071,
    text: 'Le marché d’… attaqué, selon ….',
    where_precision: 'near',
  }
  const found = differences(home, leaving)
  expect(found.map((one) => one.what)).toEqual(
    ['source', 'place_name', 'evidence', 'moved', 'vaguer', 'words'],
  )
  expect(found.find((one) => one.what === 'moved')?.params).toEqual({ by_m: 3087, radius_m: 7_071 })
  expect(found.find((one) => one.what === 'words')?.params).toEqual({ field: 'text', n: 2 })
  expect(found.find((one) => one.what === 'evidence')?.params).toEqual({ n: 2 })
  expect(untouched(home, leaving)).toEqual(['title'])
})

it('finds nothing when the body leaves as it is', () => {
  expect(differences(home, { ...home })).toEqual([])
  expect(untouched(home, { ...home })).toEqual(['title', 'text'])
})

it('names what it has no sentence for', () => {
  const { category: _c, ...rest } = home
  expect(differences(home, { ...rest, title: 'Autre' })).toEqual([
    { what: 'field', params: { field: 'category' } },
    { what: 'changed', params: { field: 'title' } },
  ])
})

it('does not take other words for names taken out', () => {
  expect(takenOut('à Ansongo', 'à …')).toBe(1)
  expect(takenOut('à Ansongo', 'vers …')).toBe(0)
  expect(takenOut('à … et Ansongo', 'à … et …')).toBe(1)
  expect(takenOut('rien (a.b)', 'rien (a.b)')).toBe(0)
})

it('tells a place that is gone and one that only grew', () => {
  const { lat_e7: _a, lon_e7: _o, ...nowhere } = home
  expect(differences(home, nowhere)).toEqual([{ what: 'unplaced', params: {} }])
  expect(differences(home, { ...home, radius_m: 50 })).toEqual([{ what: 'radius', params: { radius_m: 50 } }])
})
