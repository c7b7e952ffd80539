import { afterEach, expect, it } from 'vitest'
import { eyes, listsAt, lookAs, maySend, onEyes, viewFor } from './eyes'

afterEach(() => lookAs(''))
listsAt(['/api/sharing/report'])

it('adds nothing while one looks with one’s own eyes', () => {
  expect(viewFor('/api/sharing/report')).toBe('')
  expect(maySend('/api/acts/commit')).toBe(true)
})

it('is added to all that shows records, and to nothing else', () => {
  lookAs('bf')
  for (const path of ['/api/sharing/report', '/api/records/ml/spine/3', '/api/board/sharing/incidents',
    '/api/picture/sharing.reports', '/api/changed', '/api/live']) expect(viewFor(path)).toBe('bf')
  for (const path of ['/api/session', '/api/receipts', '/api/charter', '/api/keys', '/api/sharing'])
    expect(viewFor(path)).toBe('')
})

it('lets nothing be written in another’s eyes', () => {
  lookAs('bf')
  expect(maySend('/api/acts/prepare')).toBe(false)
  expect(maySend('/api/sharing/report')).toBe(false)
  expect(maySend('/api/preview')).toBe(true)
})

it('tells whoever listens, once for each change', () => {
  let times = 0
  const end = onEyes(() => (times += 1))
  lookAs('bf')
  lookAs('bf')
  lookAs('')
  end()
  lookAs('ne')
  expect(times).toBe(2)
  expect(eyes()).toBe('ne')
})
