import { describe, expect, test } from 'vitest'

import {
  clockText, inOrder, isOpen, readersOf, ringDue, stateNow, wordsLeft, type Addressee, type Alert,
} from './shapes'

const SECOND = 1_000_000

function alert(changes: Partial<Alert> = {}): Alert {
  return {
    address: 'ml/spine/1', at: 1_000 * SECOND, party: 'ml', office: 'duty', title: 'x', text: 'y',
    category: 'movement', level: 'urgent', state: 'open', for_offices: ['duty'], escalate_to: 'liaison',
    ack_due_us: 1_300 * SECOND, escalate_due_us: 1_900 * SECOND, until_us: 9_000 * SECOND,
    to: ['bf', 'ne'], addressees: [{ party: 'bf', state: 'waiting' }, { party: 'ne', state: 'acting' }],
    ...changes,
  }
}

describe('states', () => {
  test('when the time runs out on the screen, silence is said without asking the node', () => {
    const [bf, ne] = alert().addressees as [Addressee, Addressee]
    expect(stateNow(alert(), bf, 1_299 * SECOND)).toBe('waiting')
    expect(stateNow(alert(), bf, 1_300 * SECOND)).toBe('no_answer')
    expect(stateNow(alert(), ne, 1_300 * SECOND)).toBe('acting')
    expect(stateNow(alert(), { party: 'bf', state: 'not_told' }, 9_000 * SECOND)).toBe('not_told')
  })

  test('when its time is over or its sender ended it, it is not open', () => {
    expect(isOpen(alert(), 8_999 * SECOND)).toBe(true)
    expect(isOpen(alert(), 9_000 * SECOND)).toBe(false)
    expect(isOpen(alert({ state: 'ended' }), 1_000 * SECOND)).toBe(false)
  })

  test('when something was said, only what would be new is left to say', () => {
    expect(wordsLeft({ party: 'bf', state: 'waiting' })).toEqual(['acknowledged', 'acting', 'declined'])
    expect(wordsLeft({ party: 'bf', state: 'acknowledged' })).toEqual(['acting', 'declined'])
    expect(wordsLeft({ party: 'bf', state: 'acting' })).toEqual(['declined'])
    expect(wordsLeft({ party: 'bf', state: 'declined' })).toEqual(['acting'])
  })
})

test('an answer goes to the sender and to the others who got the alert, as long as they are there', () => {
  expect(readersOf(alert(), 'bf', ['bf', 'ml', 'ne'])).toEqual(['ml', 'ne'])
  expect(readersOf(alert(), 'bf', ['bf', 'ml'])).toEqual(['ml'])
  expect(readersOf(alert(), 'ml', ['bf', 'ml', 'ne'])).toEqual(['bf', 'ne'])
  expect(readersOf(alert({ to: [] }), 'ml', ['ml'])).toEqual([])
})

test('alerts that wait for us stand first, those that ended last', () => {
  const waiting = alert({ address: 'a' })
  const answered = alert({ address: 'b', at: 2_000 * SECOND, addressees: [{ party: 'bf', state: 'acting' }] })
  const ended = alert({ address: 'c', at: 3_000 * SECOND, state: 'ended' })
  expect(inOrder([ended, answered, waiting], 'bf', 1_000 * SECOND).map((one) => one.address)).toEqual(['a', 'b', 'c'])
})

test('clocks are written as clocks', () => {
  expect([-3, 0, 40, 125, 3_790].map(clockText)).toEqual(['0:00', '0:00', '0:40', '2:05', '1:03:10'])
})

describe('ringing', () => {
  test('a new alert rings once, and once more when its time runs out', () => {
    expect(ringDue(300, 10, undefined)).toBe('first')
    expect(ringDue(300, 299, 'first')).toBeNull()
    expect(ringDue(300, 300, 'first')).toBe('again')
    expect(ringDue(300, 310, 'again')).toBeNull()
    expect(ringDue(300, 290, 'again')).toBeNull()
    expect(ringDue(null, 9_999, 'first')).toBeNull()
  })

  test('an alert that comes late is told as late', () => {
    expect(ringDue(300, 400, undefined)).toBe('again')
  })
})
