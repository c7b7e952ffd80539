import { describe, expect, it } from 'vitest'

import { withChange, type News } from './news'
import { Seen, stateOf } from './seen'

const news = (address: string, at: number, more = {}): News => ({
  table: 'sharing_reports',
  kind: 'sharing.report/1',
  doc: { address, at, party: 'ml', ...more },
})
const change = (address: string, doc: object | null) => ({
  table: 'sharing_reports',
  address,
  doc: doc && { address, ...doc },
})

describe('what is new', () => {
  const items = [news('ml/spine/3', 30), news('ml/spine/1', 10)]
  const after = (one: ReturnType<typeof change>) => withChange(items, one, 'sharing.report/1').map((n) => n.doc.address)

  it('stands where its time says', () => {
    expect(after(change('bf/spine/9', { at: 20 }))).toEqual(['ml/spine/3', 'bf/spine/9', 'ml/spine/1'])
    expect(after(change('bf/spine/9', { at: 5 }))).toEqual(['ml/spine/3', 'ml/spine/1', 'bf/spine/9'])
  })

  it('stays in its place when it changes, and goes when it is gone', () => {
    const changed = withChange(items, change('ml/spine/1', { at: 10, title: 'corrigé' }), 'sharing.report/1')
    expect(changed[1]?.doc['title']).toBe('corrigé')
    expect(after(change('ml/spine/3', null))).toEqual(['ml/spine/1'])
  })

  it('says whose it is, also where the list does not', () => {
    expect(withChange([], change('bf/spine/9', { at: 5 }), 'x')[0]?.doc.party).toBe('bf')
  })
})

describe('what was seen', () => {
  const DAY_US = 86_400_000_000
  const store = () => {
    const kept = new Map<string, string>()
    return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text) }
  }

  it('is kept for each person, over a reload', () => {
    const kept = store()
    const doc = { address: 'bf/spine/1', at: 10 * DAY_US }
    const mine = new Seen('ml.awa', 10 * DAY_US, kept)
    expect(mine.has(doc)).toBe(false)
    mine.add([doc])
    expect(new Seen('ml.awa', 20 * DAY_US, kept).has(doc)).toBe(true)
    expect(new Seen('ml.issa', 10 * DAY_US, kept).has(doc)).toBe(false)
  })

  it('is not seen any more once it was corrected', () => {
    const mine = new Seen('ml.awa', 10 * DAY_US, store())
    mine.add([{ address: 'bf/spine/1', at: 10 * DAY_US, corrections: 0 }])
    expect(mine.has({ address: 'bf/spine/1', at: 10 * DAY_US, corrections: 1 })).toBe(false)
    expect(stateOf({ address: 'a' })).toBe('a#0')
  })

  it('is all that is older than a day at the first look; what arrives late later on is not', () => {
    const mine = new Seen('ml.awa', 10 * DAY_US, store())
    expect(mine.has({ address: 'bf/spine/0', at: 8 * DAY_US })).toBe(true)
    expect(mine.has({ address: 'bf/spine/0', at: 9.5 * DAY_US })).toBe(false)
  })

  it('survives a store that somebody else wrote into', () => {
    const kept = store()
    kept.setItem('toguna.seen.x', '{"since_us":"no"}')
    expect(new Seen('x', 0, kept).has({ address: 'a', at: 1 })).toBe(false)
  })
})
