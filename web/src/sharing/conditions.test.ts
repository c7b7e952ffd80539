import { describe, expect, it } from 'vitest'
import { carefulConditions, conditionAt, groupsOf, notAllowed, tlpOf, type Conditions } from './conditions'

const NOW = Date.parse('2026-03-31T00:00Z') * 1000
const said: Conditions = { ...carefulConditions(), readers: ['ne', 'bf'] }

describe('conditions', () => {
  it('are careful unless somebody says otherwise', () => {
    expect(groupsOf(said, NOW)).toEqual({
      problems: {},
      groups: [{ readers: ['bf', 'ne'], label: { to: ['bf', 'ne'], precision_m: 10_000, source_shield: true } }],
    })
  })

  it('make one label for each precision, so that readers of one do not learn of the other', () => {
    const { groups } = groupsOf({ ...said, readers: ['bf', 'ne', 'hum'], of_reader: { hum: '50000' } }, NOW)
    expect(groups.map((group) => [group.label.to, group.label.precision_m])).toEqual([
      [['bf', 'ne'], 10_000], [['hum'], 50_000],
    ])
  })

  it('leave out what was not chosen, and carry what was', () => {
    const { groups } = groupsOf({
      ...said, readers: ['bf'], precision_m: '', source_shield: false, onward: ['ne'], purpose: ' secours ',
      until: '2026-04-01T12:00', keep_days: '30', handling: 'TLP:RED',
    }, NOW)
    expect(groups[0]!.label).toEqual({
      to: ['bf'], onward: ['ne'], purpose: 'secours', handling: 'TLP:RED', keep_days: 30,
      until: Date.parse('2026-04-01T12:00Z') * 1000,
    })
  })

  it.each<[Partial<Conditions>, object]>([
    [{ readers: [] }, { readers: 'release.no_reader' }],
    [{ until: '2026-03-30T00:00' }, { until: 'release.until_past' }],
    [{ until: 'demain' }, { until: 'form.no_time' }],
    [{ keep_days: '0' }, { keep_days: 'release.keep_days_wrong' }],
    [{ keep_days: '1.5' }, { keep_days: 'release.keep_days_wrong' }],
    [{ purpose: 'x'.repeat(201) }, { purpose: 'form.too_long' }],
  ])('%j are refused at their field', (changes, problems) => {
    expect(groupsOf({ ...said, ...changes }, NOW).problems).toEqual(problems)
  })
})

it.each([
  [{}, 'TLP:RED'],
  [{ to: ['bf'] }, 'TLP:AMBER+STRICT'],
  [{ to: ['bf'], onward: ['hum'] }, 'TLP:AMBER'],
  [{ to: ['bf'], onward: ['ne'] }, 'TLP:GREEN'],
  [{ to: ['bf', 'ne'], handling: 'tlp:red' }, 'TLP:RED'],
  [{ to: ['bf'], handling: 'TLP:GREEN' }, 'TLP:AMBER+STRICT'],
])('%j is %s', (label, tlp) => expect(tlpOf(label, ['bf', 'ne'])).toBe(tlp))

it('finds the field of a refusal', () => {
  expect(conditionAt('label.to')).toBe('readers')
  expect(conditionAt('label.until')).toBe('until')
  expect(conditionAt('sharing.report')).toBeNull()
})

it('knows for whom the owner has to be asked', () => {
  const label = { to: ['bf'], onward: ['hum'] }
  expect(notAllowed(['ne', 'ml', 'hum'], 'ml', label)).toEqual(['ne'])
})
