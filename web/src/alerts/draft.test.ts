import { expect, test } from 'vitest'

import { bodyOf, emptyDraft, fieldOf, whole, type Draft } from './draft'

const NOW = 1_700_000_000_000_000
const good: Partial<Draft> = { to: ['bf'], category: 'movement', title: ' Colonne ', text: 'Trois villages' }

function read(changes: Partial<Draft>) {
  return bodyOf({ ...emptyDraft(), ...good, ...changes }, NOW)
}

test('what is typed becomes the body, without what was left empty', () => {
  const { body, problems } = read({ place: '14.96, 0.68', radius_m: '500' })
  expect(problems).toEqual({})
  expect(body).toEqual({
    title: 'Colonne', text: 'Trois villages', category: 'movement', level: 'urgent', ack_within_s: 300,
    escalate_after_s: 900, for_offices: ['duty'], escalate_to: 'liaison', until_us: NOW + 86_400_000_000,
    lat_e7: 149_600_000, lon_e7: 6_800_000, radius_m: 500,
  })
  expect(read({ to: [], also_ours: true }).body).toMatchObject({ also_ours: true })
})

test('each field that is wrong says so by itself', () => {
  expect(bodyOf(emptyDraft(), NOW).problems).toEqual({
    to: 'alert.nobody', category: 'alert.needed', title: 'alert.needed', text: 'alert.needed',
  })
  expect(read({ ack_within_s: '600', escalate_after_s: '300' }).problems).toEqual({ escalate_after_s: 'alert.clock_order' })
  expect(read({ place: 'là-bas' }).problems).toEqual({ place: 'alert.no_place' })
  expect(read({ radius_m: '5' }).problems).toEqual({ radius_m: 'alert.radius_alone' })
  expect(read({ valid_h: '0' }).problems).toEqual({ valid_h: 'alert.no_number' })
})

test('numbers are whole, with or without blanks', () => {
  expect(['300', ' 1 200 ', '0', '-5', '1.5', ''].map(whole)).toEqual([300, 1200, null, null, null, null])
})

test('what the node names is found in the form', () => {
  expect(fieldOf('alerts.alert/1', 'Expected `int` <= 20038000 - at `$.radius_m`')).toBe('radius_m')
  expect(['label.to', 'lat_e7', '$.title', 'until_us', 'kind'].map((where) => fieldOf(where))).toEqual(['to', 'place', 'title', 'valid_h', null])
})
