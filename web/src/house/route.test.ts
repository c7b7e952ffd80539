import { describe, expect, it } from 'vitest'

import { hashOf, parseRoute, recordHash } from './route'
import { grouped } from './waitings.order'
import type { Waiting } from './shapes'

describe('routes', () => {
  it('are read as they are written', () => {
    expect(parseRoute(recordHash('ml/spine/3'))).toEqual({ name: 'record', params: ['ml', 'spine', '3'], query: {} })
    const hash = hashOf('board', ['borders', 'sector sheet'], { view: 'bf', at: 'a&b' })
    expect(parseRoute(hash)).toEqual({ name: 'board', params: ['borders', 'sector sheet'], query: { view: 'bf', at: 'a&b' } })
  })

  it.each(['', '#', '#/', '/'])('%s is the desk itself', (hash) => expect(parseRoute(hash).name).toBe(''))

  it('that nobody could write do no harm', () => expect(parseRoute('#/record/%E0%A4%A/x').params).toEqual(['%E0%A4%A', 'x']))
})

describe('what waits', () => {
  const one = (about: string, urgency: Waiting['urgency'], due_us: number | null, since_us = 0): Waiting => ({
    what: 'alerts.acknowledge', about, party: 'ml', title: '', since_us, due_us, urgency, offices: [],
  })

  it('stands by urgency, then by what is due first, then by what waits longest', () => {
    const all = [one('a', 'routine', null, 5), one('b', 'flash', 9), one('c', 'routine', 7), one('d', 'routine', null, 2)]
    const order = grouped(all).map(([urgency, items]) => [urgency, items.map((item) => item.about).join('')])
    expect(order).toEqual([['flash', 'b'], ['routine', 'cda']])
  })
})
