/**
 * What a record says, read off its exact bytes, and whether that is what was asked.
 *
 * The server prepares the bytes that a person signs. A server that is wrong, or no longer ours,
 * could put other words before the key: so the page reads the bytes itself, and signs nothing
 * that says another thing than the person asked for. Pure; no network, no key.
 */

import { Problem } from './api'
import type { Schema } from './shapes'

export type Act = 'write' | 'release' | 'recall' | 'correct'

/** A label as it is written; what is not set is left out. Times in microseconds, lengths in m. */
export interface Label {
  to?: readonly string[]
  onward?: readonly string[]
  until?: number | null
  keep_days?: number | null
  precision_m?: number | null
  purpose?: string | null
  handling?: string | null
  source_shield?: boolean
}

/** What a person asks to say: the body of POST /api/acts/prepare, but for the key. */
export interface Asked {
  act: Act
  kind?: string
  body?: object
  label?: Label
  about?: string
  refs?: readonly string[]
  address?: string
  why?: string
  office?: string
  flash?: boolean
}

/** What the bytes say. `bytes` is their number in UTF-8. */
export interface Said {
  kind: string
  party: string
  office: string
  key: string
  at: number
  about?: string
  refs: string[]
  label: Label
  body: Record<string, unknown>
  bytes: number
}

/** Who signs: compared with what stands under `by`. */
export interface Signer {
  party: string
  office: string
  key: string
}

/** The bytes say another thing than what was asked. `fields` names where. */
export class SaysAnotherThing extends Problem {
  constructor(readonly fields: readonly string[]) {
    super(0, 'says_another_thing', 'signing.differs', fields.join(', '), 'signing.differs_remedy')
  }
}

/** Stands before the bytes of a record in what is signed; nothing else is ever signed here. */
export const RECORD_PREFIX = 'toguna/record-signature/v1\n'

const KINDS: Partial<Record<Act, string>> = {
  recall: 'sharing.recall/',
  correct: 'sharing.correction/',
}

/** Read the bytes of a record. Throws SyntaxError or TypeError when they are none. */
export function read(raw: string): Said {
  const found = JSON.parse(raw) as Record<string, any>
  if (found === null || typeof found !== 'object' || found.v !== 1 || 'sig' in found) {
    throw new TypeError('these are not the bytes of a record before it is signed')
  }
  return {
    kind: String(found.kind),
    party: String(found.by?.party),
    office: String(found.by?.office),
    key: String(found.by?.key),
    at: Number(found.at),
    about: found.about,
    refs: found.refs ?? [],
    label: found.label ?? {},
    body: found.body ?? {},
    bytes: new TextEncoder().encode(raw).length,
  }
}

/**
 * What `raw` says, when it is what was asked; SaysAnotherThing otherwise.
 *
 * `schema` is that of the kind's body: a field that has its value by default is left out of
 * the bytes, at every depth.
 */
export function check(
  asked: Asked,
  prefix: string,
  raw: string,
  signer: Signer,
  schema: Schema = {},
): Said {
  const said = read(raw)
  const wrong = [
    prefix === RECORD_PREFIX || 'prefix',
    said.party === signer.party || 'by.party',
    said.office === signer.office || 'by.office',
    said.key === signer.key || 'by.key',
    kindFits(asked, said.kind) || 'kind',
    aboutFits(asked, said) || 'about',
    refsFit(asked, said) || 'refs',
    labelFits(asked, said) || 'label',
    bodyFits(asked, said, schema) || 'body',
  ].filter((one): one is string => typeof one === 'string')
  if (wrong.length) throw new SaysAnotherThing(wrong)
  return said
}

function kindFits(asked: Asked, kind: string): boolean {
  const fixed = KINDS[asked.act]
  if (fixed) return kind.startsWith(fixed)
  if (asked.act === 'release' && kind.startsWith('sharing.copy/')) return true
  return asked.kind === undefined || kind === asked.kind || kind.startsWith(`${asked.kind}/`)
}

function aboutFits(asked: Asked, said: Said): boolean {
  if (asked.act === 'write') return same(asked.about ?? null, said.about ?? null)
  const copied = asked.act !== 'release' || said.kind.startsWith('sharing.copy/')
  // A release from home says nothing of the home address: that never leaves the house.
  return said.about === (copied ? asked.address : undefined)
}

/** What somebody writes rests on what they named, and on nothing else. */
function refsFit(asked: Asked, said: Said): boolean {
  return asked.act !== 'write' || same([...(asked.refs ?? [])], said.refs)
}

function labelFits(asked: Asked, said: Said): boolean {
  if (asked.act === 'recall' || asked.act === 'correct') return true
  const wanted = plain(asked.label ?? {})
  const given = plain(said.label)
  if (!said.kind.startsWith('sharing.copy/')) return same(wanted, given)
  // What was not said for a copy stays as its owner said it.
  return Object.entries(wanted).every(([name, value]) => same(value, given[name]))
    && same(wanted.to, given.to) && same(wanted.onward, given.onward)
}

/** A label without what is not set, its parties in one order. */
export function plain(label: Label): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(label)) {
    if (value === null || value === undefined || value === false) continue
    if (!Array.isArray(value)) out[name] = value
    else if (value.length) out[name] = [...new Set(value)].sort()
  }
  return out
}

function bodyFits(asked: Asked, said: Said, schema: Schema): boolean {
  switch (asked.act) {
    case 'write':
      return same(asked.body ?? {}, said.body, schema)
    case 'recall':
      return same(said.body, { why: asked.why })
    case 'correct':
      return said.body.why === asked.why && typeof said.body.report === 'object'
    case 'release':
      return true; // It is a coarser one, made by the node: the person reads it before signing.
  }
}

/** Whether two JSON values say the same. What is left out says what the schema says then; null
 *  is left out as well.
 */
export function same(a: unknown, b: unknown, schema: Schema = {}, defs = schema.$defs ?? {}): boolean {
  if (Object.is(a, b)) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  const shape = shapeOf(schema, defs)
  if (Array.isArray(a) || Array.isArray(b)) {
    const item = (i: number) => shape.prefixItems?.[i] ?? shape.items ?? {}
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length
      && a.every((one, i) => same(one, b[i], item(i), defs))
  }
  const [wanted, given] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const names = new Set([...Object.keys(wanted), ...Object.keys(given)])
  return [...names].every((name) => {
    const field = shape.properties?.[name] ?? {}
    const value = (side: Record<string, unknown>) => side[name] ?? field.default ?? null
    return same(value(wanted), value(given), field, defs)
  })
}

/** The schema behind references and behind "or null". */
function shapeOf(schema: Schema, defs: Record<string, Schema>): Schema {
  if (schema.$ref) return shapeOf(defs[schema.$ref.replace('#/$defs/', '')] ?? {}, defs)
  const others = schema.anyOf?.filter((one) => one.type !== 'null') ?? []
  return others.length === 1 ? shapeOf(others[0]!, defs) : schema
}
