import { describe, expect, it } from 'vitest'

import type { Schema } from '../house/shapes'
import { bodyOf, fieldsOf, placeOf } from './schema'

/** As msgspec writes it. */
const SCHEMA: Schema = {
  $ref: '#/$defs/Alert',
  $defs: {
    Alert: {
      type: 'object',
      properties: {
        ack_within_s: { type: 'integer', minimum: 1, maximum: 600, default: 300 },
        also_ours: { type: 'boolean', default: false },
        category: { enum: ['attack', 'clash'] },
        for_offices: { type: 'array', items: { type: 'string', maxLength: 32 } },
        lat_e7: { anyOf: [{ type: 'integer', minimum: -900000000 }, { type: 'null' }], default: null },
        lon_e7: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: null },
        level: { enum: [1, 2], default: 1 },
        legs: { type: 'array', items: { $ref: '#/$defs/Leg' } },
        text: { type: 'string', minLength: 1, maxLength: 20000 },
        title: { type: 'string', minLength: 3, maxLength: 8 },
        until_us: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: null },
        code: { anyOf: [{ type: 'string', pattern: '^[a-z]+$', maxLength: 9 }, { type: 'null' }], default: null },
      },
      required: ['category', 'text', 'title'],
    },
    Leg: { type: 'object', properties: { litres: { type: 'integer', minimum: 0 } }, required: ['litres'] },
  },
}
const fields = fieldsOf(SCHEMA)
const type = (name: string) => fields.find((field) => field.name === name)?.type
const GOOD = { category: 'attack', text: 'Tirs', title: 'Tirs' }

describe('fields', () => {
  it('stand with those that are required first', () => {
    expect(fields.slice(0, 3).map((field) => field.name)).toEqual(['category', 'text', 'title'])
  })

  it('are of the type that their schema and their unit say', () => {
    const types = ['text', 'title', 'category', 'also_ours', 'ack_within_s', 'until_us', 'for_offices', 'legs', 'lat_e7']
    expect(types.map(type)).toEqual(['long', 'text', 'choice', 'yes', 'whole', 'moment', 'many', 'groups', 'place'])
    expect(type('lon_e7')).toBeUndefined()
  })
})

describe('bodies', () => {
  it('leave out what was not typed, and keep the type of what was', () => {
    const typed = { ...GOOD, ack_within_s: ' 1 20', level: '2', until_us: '2025-11-24T14:05', for_offices: 'duty\n liaison ', also_ours: true }
    expect(bodyOf(fields, typed)).toEqual({
      wrongs: {},
      body: {
        ...GOOD,
        ack_within_s: 120,
        also_ours: true,
        for_offices: ['duty', 'liaison'],
        level: 2,
        until_us: 1763993100000000,
      },
    })
  })

  it('hold a place in degrees or MGRS, and groups', () => {
    const { body } = bodyOf(fields, { ...GOOD, lat_e7: '14,5 -4,25', legs: [{ litres: '70' }] })
    expect(body).toMatchObject({ lat_e7: 145_000_000, lon_e7: -42_500_000, legs: [{ litres: 70 }] })
  })

  it.each([
    [{ title: ' ' }, 'title', 'wrong.missing'],
    [{ title: 'ab' }, 'title', 'wrong.shorter'],
    [{ title: 'a'.repeat(9) }, 'title', 'wrong.longer'],
    [{ category: '' }, 'category', 'wrong.missing'],
    [{ ack_within_s: '2.5' }, 'ack_within_s', 'wrong.whole'],
    [{ ack_within_s: '0' }, 'ack_within_s', 'wrong.less'],
    [{ ack_within_s: '601' }, 'ack_within_s', 'wrong.more'],
    [{ until_us: 'demain' }, 'until_us', 'wrong.moment'],
    [{ lat_e7: 'Gao' }, 'lat_e7', 'wrong.place'],
    [{ code: 'A1' }, 'code', 'wrong.pattern'],
    [{ legs: [{ litres: '7' }, {}] }, 'legs[1].litres', 'wrong.missing'],
  ])('%j is wrong at %s: %s', (typed, path, key) => {
    const { wrongs } = bodyOf(fields, { ...GOOD, ...typed })
    expect(Object.entries(wrongs).map(([at, wrong]) => [at, wrong.key])).toEqual([[path, key]])
  })
})

describe('places of errors', () => {
  const paths = ['title', 'legs', 'legs[1].litres', 'lat_e7']

  it.each([
    ['$.title', 'title'],
    ['body.title', 'title'],
    ['$.body.legs[1].litres', 'legs[1].litres'],
    ['legs[0].litres', 'legs'],
    ['lon_e7', 'lat_e7'],
    ['titles', ''],
    ['label', ''],
    ['', ''],
  ])('%s is the field %s', (where, path) => expect(placeOf(where, paths)).toBe(path))
})
