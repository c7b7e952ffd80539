import { describe, expect, test } from 'vitest'

import {
  chosen, dueOf, dueText, emptyAsking, emptyReply, owes, questionOf, replyOf, stateNow, type Asked, type Question,
} from './shapes'

const HOUR = 3_600_000_000
const NOW = 1_700_000_000_000_000

function question(changes: Partial<Question> = {}): Question {
  return {
    address: 'ml/spine/1', at: NOW, party: 'ml', office: 'analyst', title: 'x', text: 'y', due_us: NOW + 6 * HOUR,
    for_office: 'duty', priority: 'routine', state: 'open', to: ['bf', 'ne'],
    asked: [{ party: 'bf', state: 'open' }, { party: 'ne', state: 'answered' }],
    ...changes,
  }
}

test('when the time runs out on the screen, it is overdue without asking the node', () => {
  const [bf, ne] = question().asked as [Asked, Asked]
  expect(stateNow(question(), bf, NOW + 6 * HOUR)).toBe('open')
  expect(stateNow(question(), bf, NOW + 6 * HOUR + 1)).toBe('overdue')
  expect(stateNow(question(), ne, NOW + 9 * HOUR)).toBe('answered')
})

test('who has answered, or was not asked, owes nothing', () => {
  expect(['bf', 'ne', 'ml'].map((party) => owes(question(), party))).toEqual([true, false, false])
  expect(owes(question({ state: 'closed' }), 'bf')).toBe(false)
})

test('tabs show what we owe by its due time, and what we asked', () => {
  const later = question({ address: 'b', due_us: NOW + 9 * HOUR })
  const sooner = question({ address: 'a', due_us: NOW + HOUR })
  const own = question({ address: 'c', party: 'bf', to: ['ml'], asked: [{ party: 'ml', state: 'open' }] })
  const all = [later, own, sooner]
  expect(chosen(all, 'mine', 'bf').map((one) => one.address)).toEqual(['a', 'b'])
  expect(chosen(all, 'ours', 'bf').map((one) => one.address)).toEqual(['c'])
  expect(chosen(all, 'all', 'bf')).toHaveLength(3)
})

describe('a reply', () => {
  test('says something, or why it cannot', () => {
    expect(replyOf(emptyReply()).problems).toEqual({ text: 'question.needed' })
    expect(replyOf({ ...emptyReply(), cannot: true }).problems).toEqual({ why: 'question.why_needed' })
    const cannot = replyOf({ ...emptyReply(), text: 'left over', cannot: true, why: ' moyens ' })
    expect(cannot.body).toEqual({ cannot_answer: true, why: 'moyens' })
  })

  test('rests on records of a spine', () => {
    const read = replyOf({ ...emptyReply(), text: 'Gao', part: true, refs: 'bf/spine/3, bf/spine/9' })
    expect(read).toEqual({ body: { text: 'Gao', final: false }, refs: ['bf/spine/3', 'bf/spine/9'], problems: {} })
    expect(replyOf({ ...emptyReply(), text: 'x', refs: 'bf/home/3' }).problems).toEqual({ refs: 'question.bad_refs' })
  })
})

describe('a question', () => {
  test('names whom it asks, what, and by when', () => {
    expect(questionOf(emptyAsking(''), NOW).problems).toEqual({
      to: 'question.nobody', title: 'question.needed', text: 'question.needed', due: 'question.no_time',
    })
    const past = { ...emptyAsking(dueText(NOW - HOUR)), to: ['bf'], title: 'a', text: 'b' }
    expect(questionOf(past, NOW).problems).toEqual({ due: 'question.due_over' })
    const { body, problems } = questionOf({ ...past, due: dueText(NOW + HOUR) }, NOW)
    expect(problems).toEqual({})
    expect(body).toMatchObject({ title: 'a', text: 'b', for_office: 'duty', priority: 'routine' })
    expect(body['due_us']).toBe(dueOf(dueText(NOW + HOUR)))
  })
})

test('a due time is read back as it was written, to the minute above', () => {
  expect(dueText(NOW)).toBe('2023-11-14T22:14')
  expect(dueOf('2023-11-14T22:14')).toBe(Date.UTC(2023, 10, 14, 22, 14) * 1000)
  expect([dueOf(''), dueOf('2023-13-40T22:14')]).toEqual([null, null])
})
