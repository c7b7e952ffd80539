import { describe, expect, it } from 'vitest'

import { isKept, ownerOf, readableUntil } from './kept'

describe('what is kept to be read', () => {
  it.each([
    ['/api/session', ''],
    ['/api/waiting', ''],
    ['/api/kinds', ''],
    ['/api/sharing/report', '?limit=50'],
    ['/api/alerts/alert', '?view=bf'],
    ['/api/board/borders/sectors', ''],
  ])('is %s%s', (path, search) => expect(isKept(path, search)).toBe(true))

  it.each([
    ['/api/live', ''],
    ['/api/positions', ''],
    ['/api/sharing/report', '?after=12'],
    ['/api/files/abc', ''],
    ['/api/records/ml/home/0', ''],
    ['/api/picture/sharing_reports', ''],
    ['/api/people', ''],
    ['/api/keys', ''],
    ['/api/account/app', ''],
    ['/api/acts/prepare', ''],
    ['/api/board/borders', ''],
    ['/desk/index.html', ''],
    ['/healthz', ''],
    ['/api', ''],
  ])('is not %s%s', (path, search) => expect(isKept(path, search)).toBe(false))
})

describe('whose it is', () => {
  it('is the person of that party', () => {
    expect(ownerOf({ signed_in: true, party: 'ml', person: { id: 'awa' } })).toBe('ml/awa')
    expect(ownerOf({ signed_in: false, party: 'ml' })).toBe('')
  })

  it('is readable as long as the session', () => {
    expect(readableUntil({ ends_us: 5_000_000 })).toBe(5_000)
    expect(readableUntil({})).toBe(0)
  })
})
