import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

import { addWords, firstOf, hasWords, LANGUAGES, setLanguage, t } from './words'

beforeAll(() => {
  vi.stubGlobal('localStorage', { setItem: () => undefined, getItem: () => null })
  vi.stubGlobal('document', { documentElement: { lang: '' } })
  addWords({
    fr: { 'try.hello': 'Bonjour {name}', 'try.count': '{n|un élément|# éléments} à voir' },
    en: { 'try.hello': 'Hello {name}', 'try.count': '{n|one item|# items} to see' },
  })
})
afterEach(() => setLanguage('fr'))

describe('words', () => {
  it('speak French first, and English when asked', () => {
    expect(t('try.hello', { name: 'Awa' })).toBe('Bonjour Awa')
    setLanguage('en')
    expect(t('try.hello', { name: 'Awa' })).toBe('Hello Awa')
  })

  it('count as their language counts: nothing is one in French, many in English', () => {
    expect(t('try.count', { n: 0 })).toBe('un élément à voir')
    expect(t('try.count', { n: 1200 })).toMatch(/^1\s200 éléments à voir$/)
    setLanguage('en')
    expect(t('try.count', { n: 0 })).toBe('0 items to see')
    expect(t('try.count', { n: 1 })).toBe('one item to see')
  })

  it('show a key that has no words, and a parameter that was not given', () => {
    expect(t('try.nothing')).toBe('try.nothing')
    expect(t('try.hello')).toBe('Bonjour {name}')
    expect(hasWords('try.nothing')).toBe(false)
    expect(firstOf(['try.nothing', 'try.hello'], '?')).toBe('Bonjour {name}')
    expect(firstOf(['try.nothing'], '?')).toBe('?')
  })
})

describe('sources', () => {
  const sources = import.meta.glob<string>('../**/*.ts', { query: '?raw', import: 'default', eager: true })
  const ours = Object.entries(sources).filter(([path]) => !path.endsWith('.test.ts'))

  it('use no key without words', () => {
    const known = new Set<string>()
    for (const [, text] of ours)
      if (text.includes('addWords(')) for (const [, key] of text.matchAll(/^\s*'([\w.#-]+)':/gm)) known.add(key ?? '')
    const used = ours.flatMap(([path, text]) =>
      [...text.matchAll(/[^\w.]t\(\s*'([\w.]+)'/g)].map(([, key]) => `${key} in ${path}`),
    )
    expect(used.length).toBeGreaterThan(100)
    expect(used.filter((one) => !known.has(one.split(' ')[0] ?? ''))).toEqual([])
  })

  it('give every text in both languages', () => {
    for (const [path, text] of ours.filter(([, one]) => one.includes('addWords('))) {
      const halves = text.split(/^ {2}en: \{/m)
      const keys = halves.map((half) => [...half.matchAll(/^ {4}'([\w.#-]+)':/gm)].map(([, key]) => key).sort())
      expect(keys.length === 1 || String(keys[0]) === String(keys[1]), path).toBe(true)
    }
    expect(LANGUAGES).toEqual(['fr', 'en'])
  })
})
