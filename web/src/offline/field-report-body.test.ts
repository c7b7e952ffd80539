import { describe, expect, it } from 'vitest'

import { bodyOf, emptyFields, problemsOf, whenOf, whenText, type Fields } from './field-report-body'

const NOW = Date.UTC(2026, 10, 23, 14, 5, 30) * 1000
const good: Fields = { ...emptyFields(NOW), category: 'movement', title: ' Convoi ', place: '30PXC 123 456' }

describe('what is wrong', () => {
  it('is nothing with the least that is needed', () => {
    expect(problemsOf(good, 0, NOW)).toEqual({})
  })

  it.each([
    [{ category: '' }, 'category', 'field.needed'],
    [{ title: '  ' }, 'title', 'field.needed'],
    [{ title: 'x'.repeat(201) }, 'title', 'field.too_long'],
    [{ text: 'x'.repeat(20_001) }, 'text', 'field.too_long'],
    [{ when: '' }, 'when', 'field.needed'],
    [{ when: '2026-13-40T99:99' }, 'when', 'field.no_time'],
    [{ when: '2031-01-01T00:00' }, 'when', 'field.in_future'],
    [{ place: 'near the river' }, 'place', 'field.no_place'],
  ])('is named: %o', (changes, field, key) => {
    const problems = problemsOf({ ...good, ...changes }, 0, NOW)
    expect(Object.keys(problems)).toEqual([field])
    expect(problems[field as 'title']?.[0]).toBe(key)
  })

  it('is too many photos', () => {
    expect(problemsOf(good, 7, NOW).photos).toEqual(['field.too_many_photos', { most: 6 }])
  })
})

describe('the body', () => {
  it('has whole numbers alone, and the words without the spaces around them', () => {
    const body = bodyOf(good, [])
    expect(body).toMatchObject({ category: 'movement', title: 'Convoi', text: 'Convoi', grade: 'B', credibility: 2 })
    for (const value of Object.values(body)) if (typeof value === 'number') expect(Number.isInteger(value)).toBe(true)
    expect(body.from_us).toBe(body.to_us)
  })

  it('says how wide the square of the notation is', () => {
    expect(bodyOf(good, [])).toMatchObject({ radius_m: 71 })
    expect(bodyOf({ ...good, place: '16.27, -0.04' }, [])).not.toHaveProperty('radius_m')
  })

  it('says how exactly the receiver knew it, and calls a wide circle near', () => {
    const far = bodyOf({ ...good, place: '16.27, -0.04', radius_m: 2500 }, [])
    expect(far).toMatchObject({ lat_e7: 162_700_000, lon_e7: -400_000, radius_m: 2500, where_precision: 'near' })
  })

  it('has no place where none was given', () => {
    const body = bodyOf({ ...good, place: ' ', radius_m: 12 }, [])
    expect(Object.keys(body).filter((name) => /lat|lon|radius|where/.test(name))).toEqual([])
  })

  it('quotes its photos', () => {
    expect(bodyOf(good, ['a', 'b']).evidence).toEqual(['a', 'b'])
    expect(bodyOf(good, [])).not.toHaveProperty('evidence')
  })
})

describe('moments', () => {
  it('are read in UTC as they are shown', () => {
    expect(whenText(NOW)).toBe('2026-11-23T14:05')
    expect(whenOf('2026-11-23T14:05')).toBe(NOW - 30_000_000)
    expect(whenOf('yesterday')).toBeNull()
  })
})
