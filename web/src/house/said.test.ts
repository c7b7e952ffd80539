import { describe, expect, it } from 'vitest'
import { RECORD_PREFIX, SaysAnotherThing, check, read, same, type Asked } from './said'

const signer = { party: 'ml', office: 'duty', key: '0123456789abcdef' }

function bytes(changes: Record<string, unknown> = {}, by: Record<string, unknown> = {}): string {
  return JSON.stringify({
    at: 1_700_000_000_000_000,
    body: { title: 'Attaque', deaths_best: 9 },
    by: { key: signer.key, office: 'duty', party: 'ml', ...by },
    kind: 'sharing.report/1',
    label: { precision_m: 10_000, to: ['bf'] },
    v: 1,
    ...changes,
  })
}

const release: Asked = {
  act: 'release',
  address: 'ml/home/3',
  kind: 'sharing.report',
  label: { to: ['bf'], precision_m: 10_000, onward: [], until: null, source_shield: false },
}

function differs(asked: Asked, raw: string, prefix = RECORD_PREFIX): readonly string[] {
  try {
    check(asked, prefix, raw, signer)
  } catch (error) {
    if (error instanceof SaysAnotherThing) return error.fields
    throw error
  }
  return []
}

describe('the bytes before a signature', () => {
  it('pass when they say what was asked', () => {
    expect(check(release, RECORD_PREFIX, bytes(), signer).label.to).toEqual(['bf'])
  })

  it.each([
    ['another reader', { label: { precision_m: 10_000, to: ['bf', 'ne'] } }, 'label'],
    ['a finer place', { label: { precision_m: 100, to: ['bf'] } }, 'label'],
    ['leave to pass on', { label: { onward: ['ne'], precision_m: 10_000, to: ['bf'] } }, 'label'],
    ['another kind', { kind: 'alerts.alert/1' }, 'kind'],
    ['a home address', { about: 'ml/home/3' }, 'about'],
  ])('are refused with %s', (_what, changes, field) => {
    expect(differs(release, bytes(changes))).toEqual([field])
  })

  it('are refused for another office, party or key', () => {
    expect(differs(release, bytes({}, { office: 'keeper' }))).toEqual(['by.office'])
    expect(differs(release, bytes({}, { party: 'bf' }))).toEqual(['by.party'])
    expect(differs(release, bytes({}, { key: 'ffffffffffffffff' }))).toEqual(['by.key'])
  })

  it('are refused when they are no record: a charter act is not signed here', () => {
    expect(differs(release, bytes(), 'toguna/act/v1\n')).toEqual(['prefix'])
    expect(() => read('{"act":"charter"}')).toThrow(TypeError)
    expect(() => read(bytes({ sig: 'AAAA' }))).toThrow(TypeError)
  })

  it('name the record that is recalled, and the reason given', () => {
    const asked: Asked = { act: 'recall', address: 'ml/spine/3', why: 'faux village' }
    const raw = (about: string, why: string) =>
      bytes({ about, body: { why }, kind: 'sharing.recall/1', label: { to: ['bf', 'ne'] } })
    expect(differs(asked, raw('ml/spine/3', 'faux village'))).toEqual([])
    expect(differs(asked, raw('ml/spine/4', 'faux village'))).toEqual(['about'])
    expect(differs(asked, raw('ml/spine/3', 'autre chose'))).toEqual(['body'])
  })

  it('keep to the words of what is written', () => {
    const asked: Asked = {
      act: 'write',
      kind: 'sharing.consent',
      about: 'ml/spine/3',
      body: { allowed: true, onto: 'ne', until_us: 5, why: null, tone: 'day' },
      label: { to: ['bf'] },
    }
    const raw = (body: object) =>
      bytes({ about: 'ml/spine/3', body, kind: 'sharing.consent/1', label: { to: ['bf'] } })
    const right = { allowed: true, onto: 'ne', until_us: 5 }
    const defaults = { $ref: '#/$defs/Consent', $defs: { Consent: { properties: { tone: { default: 'day' } } } } }
    expect(check(asked, RECORD_PREFIX, raw(right), signer, defaults).kind).toBe('sharing.consent/1')
    for (const body of [
      { allowed: true, onto: 'ne' },
      { ...right, onto: 'td' },
      { ...right, more: 'x' },
      { ...right, until_us: 6 },
    ]) {
      expect(() => check(asked, RECORD_PREFIX, raw(body), signer, defaults)).toThrow(SaysAnotherThing)
    }
    expect(() => check(asked, RECORD_PREFIX, raw(right), signer, {})).toThrow(SaysAnotherThing)
  })

  it('rest on the records that were named, and on no others', () => {
    const asked: Asked = {
      act: 'write', kind: 'questions.reply', body: { text: 'Gao' }, refs: ['bf/spine/3'], label: { to: ['bf'] },
    }
    const raw = (refs?: string[]) =>
      bytes({ body: { text: 'Gao' }, kind: 'questions.reply/1', label: { to: ['bf'] }, ...(refs && { refs }) })
    expect(differs(asked, raw(['bf/spine/3']))).toEqual([])
    expect(differs(asked, raw())).toEqual(['refs'])
    expect(differs(asked, raw(['bf/spine/3', 'bf/spine/4']))).toEqual(['refs'])
    expect(differs({ ...asked, refs: [] }, raw())).toEqual([])
  })

  it('of a copy keep what the owner said, and are about it', () => {
    const asked: Asked = { act: 'release', address: 'bf/spine/9', label: { to: ['ne'] } }
    const copy = { about: 'bf/spine/9', kind: 'sharing.copy/1' }
    expect(differs(asked, bytes({ ...copy, label: { to: ['ne'], until: 7 } }))).toEqual([])
    expect(differs(asked, bytes({ ...copy, label: { to: ['ne', 'td'] } }))).toEqual(['label'])
    expect(differs(asked, bytes({ ...copy, about: 'bf/spine/8', label: { to: ['ne'] } }))).toEqual(['about'])
  })
})

it('leave out, at any depth, what the schema says anyway, and nothing else', () => {
  const schema = {
    $ref: '#/$defs/Plan',
    $defs: {
      Plan: { properties: { same: { default: true }, legs: { items: { $ref: '#/$defs/Leg' } } } },
      Leg: { properties: { by: { anyOf: [{ type: 'string' }, { type: 'null' }], default: 'road' } } },
    },
  }
  const asked = { same: true, legs: [{ to: 'Gao', by: 'road' }, { to: 'Kidal', by: 'air' }] }
  expect(same(asked, { legs: [{ to: 'Gao' }, { to: 'Kidal', by: 'air' }] }, schema)).toBe(true)
  expect(same(asked, { legs: [{ to: 'Gao' }, { to: 'Kidal' }] }, schema)).toBe(false)
  expect(same({ ...asked, same: false }, { legs: asked.legs }, schema)).toBe(false)
  expect(same({ legs: asked.legs }, { same: false, legs: asked.legs }, schema)).toBe(false)
  expect(same({ note: null }, {}, schema)).toBe(true)
  expect(same({ note: 'x' }, {}, schema)).toBe(false)
  expect(same({}, { note: 'x' }, schema)).toBe(false)
  expect(same({ open: false }, {}, { properties: { open: { default: true } } })).toBe(false)
  expect(same({ to: [] }, {}, { properties: { to: { default: [] } } })).toBe(true)
})
