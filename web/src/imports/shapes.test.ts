import { expect, test } from 'vitest'

import { keptOut, leftOut, type ImportDoc } from './shapes'

test('what was left out is named, the most first', () => {
  expect(leftOut({ malware: 1, relationship: 5, identity: 1 })).toBe('5 relationship, 1 identity, 1 malware')
  expect(leftOut({})).toBe('')
})

test('what was kept out is counted over all reasons', () => {
  expect(keptOut({ kept_out: { person: 3, account: 1 } } as unknown as ImportDoc)).toBe(4)
})
