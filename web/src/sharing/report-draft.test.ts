import { describe, expect, it } from 'vitest'
import { bodyOf, draftOf, emptyDraft, fieldOf, isEmpty, placeText, type Draft } from './report-draft'

const typed: Draft = {
  ...emptyDraft(),
  category: 'attack',
  title: ' Marché attaqué ',
  text: 'Vers midi.',
  from: '2026-03-31',
  place: '15.66, 0.5',
  grade: 'B',
  credibility: '2',
  deaths_best: '9',
}
const wrong = (changes: Partial<Draft>) => bodyOf({ ...typed, ...changes }).problems

describe('a typed report', () => {
  it('becomes a body without what was left empty', () => {
    const { body, problems } = bodyOf(typed)
    expect(problems).toEqual({})
    expect(body).toEqual({
      category: 'attack',
      credibility: 2,
      deaths_best: 9,
      from_us: 1_774_915_200_000_000,
      grade: 'B',
      lat_e7: 156_600_000,
      lon_e7: 5_000_000,
      text: 'Vers midi.',
      title: 'Marché attaqué',
      to_us: 1_775_001_599_999_999,
    })
  })

  it('says "not reported" by silence, and zero by a zero', () => {
    expect(bodyOf({ ...typed, deaths_best: '' }).body).not.toHaveProperty('deaths_best')
    expect(bodyOf({ ...typed, deaths_best: '0' }).body.deaths_best).toBe(0)
  })

  it.each<[string, Partial<Draft>, Record<string, string>]>([
    ['nothing at all', emptyDraft(), {
      category: 'form.needed', title: 'form.needed', text: 'form.needed', grade: 'form.needed',
      credibility: 'form.needed', from: 'form.needed',
    }],
    ['a place that is none', { place: 'Ansongo' }, { place: 'form.no_place' }],
    ['a radius around nothing', { place: '', radius_m: '500' }, { radius_m: 'form.radius_without' }],
    ['words for a number', { deaths_best: 'neuf' }, { deaths_best: 'form.no_number' }],
    ['a negative number', { deaths_low: '-1' }, { deaths_low: 'form.no_number' }],
    ['figures out of order', { deaths_low: '12', deaths_best: '9' }, { deaths_best: 'form.deaths_order' }],
    ['a high below the low', { deaths_best: '', deaths_low: '12', deaths_high: '9' }, { deaths_high: 'form.deaths_order' }],
    ['an end before the beginning', { until: '2026-03-30' }, { until: 'form.ends_before' }],
    ['a title that is too long', { title: 'x'.repeat(201) }, { title: 'form.too_long' }],
  ])('with %s says so at the field', (_what, changes, problems) => {
    expect(wrong(changes)).toEqual(problems)
  })

  it('comes back for a correction as it was', () => {
    const { body } = bodyOf({ ...typed, until: '2026-04-02', radius_m: '1 500', where_precision: 'near', source: 'Poste 14' })
    expect(body.radius_m).toBe(1500)
    expect(bodyOf(draftOf(body)).body).toEqual(body)
    const point = bodyOf({ ...typed, date_precision: 'moment', from: '2026-03-31T22:15' }).body
    expect(bodyOf(draftOf(point)).body).toEqual(point)
  })

  it('keeps every decimal of a place', () => {
    expect(placeText(156_612_345, -4_440_009)).toBe('15.6612345, -0.4440009')
    expect(placeText(156_600_000, 5_000_000)).toBe('15.6600, 0.5000')
  })
})

it.each([
  ['sharing.report/1', 'Expected `str` of length <= 200 - at `$.title`', 'title'],
  ['deaths_best', 'deaths 9, 3, 4 are not in order', 'deaths_best'],
  ['lat_e7', 'half a place', 'place'],
  ['body.report.to_us', 'it ends before it begins', 'until'],
  ['sharing.report/1', 'Expected `str` matching regex - at `$.evidence[0]`', 'evidence'],
  ['label.to', 'no reader', null],
])('%s: %s belongs to %s', (where, what, field) => expect(fieldOf(where, what)).toBe(field))

it('knows an untouched form', () => {
  expect(isEmpty(emptyDraft())).toBe(true)
  expect(isEmpty(typed)).toBe(false)
})
