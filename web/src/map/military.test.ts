import { expect, test } from 'vitest'

import { framed } from './military'

test.each([
  ['SFGPUCI--------', 'SNGPUCI--------'],
  ['SUAPMF---------', 'SUAPMF---------'],
  ['SPGPUCI*****', 'SUGPUCI-----'],
  ['SNGPUCI--------', 'SNGPUCI--------'],
  ['10031000001211000000', '10041000001211000000'],
  ['10011000001211000000', '10011000001211000000'],
  ['10001000001211000000', '10011000001211000000'],
])('a code %s when drawn has a neutral or an unknown frame', (code, frame) => {
  expect(framed(code)).toBe(frame)
})

test.each(['SHGPUCI--------', '10061000001211000000'])('a code %s when it says enemy is drawn as neutral', (code) => {
  expect(framed(code)[code.length === 20 ? 3 : 1]).toBe(code.length === 20 ? '4' : 'N')
})

test.each(['', 'x', '<svg>', '123'])('what is no code, %s, is not drawn', (code) => {
  expect(framed(code)).toBe('')
})
