import { expect, test } from 'vitest'

import { placeNamed, withoutPath } from './where'

test('a field is named by the path in the sentence, else by where', () => {
  expect(placeNamed('alerts.alert/1', 'Expected `int` <= 20038000 - at `$.radius_m`')).toBe('radius_m')
  expect(placeNamed('alerts.alert/1', 'Expected `str` - at `$.for_offices[0]`')).toBe('for_offices')
  expect(placeNamed('label.to', 'it alerts nobody')).toBe('label.to')
  expect(placeNamed('body.title', 'x')).toBe('title')
})

test('the path is not shown', () => {
  expect(withoutPath('Expected `int` <= 5 - at `$.radius_m`')).toBe('Expected `int` <= 5')
  expect(withoutPath('half a place')).toBe('half a place')
})
