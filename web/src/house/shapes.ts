/** The shapes of what the node answers, as far as the whole desk needs them. */

/** A record's envelope (`core/record.py`). */
export interface Envelope {
  v: number
  kind: string
  by: { party: string; office: string; key: string }
  at: number
  label: Label
  about?: string
  refs?: string[]
  body: Record<string, unknown>
  sig?: string
}

/** A label (`core/labels.py`): who may read, and what they may do with it. */
export interface Label {
  to?: string[]
  onward?: string | string[]
  purpose?: string
  until?: number | null
  keep_days?: number | null
  precision_m?: number
  source_shield?: boolean
  handling?: string
  [more: string]: unknown
}

/** A record as one may see it (`GET /api/records/…`). */
export interface Shown {
  address: string
  record: Envelope | null
  raw: string
  readers: string[]
  gone: string
  refused: string
  received_us: number
}

export type Urgency = 'flash' | 'urgent' | 'routine'

/** Something that waits for an act of ours (`GET /api/waiting`). */
export interface Waiting {
  what: string
  about: string
  party: string
  title: string
  since_us: number
  due_us: number | null
  urgency: Urgency
  offices: string[]
}

/** A kind as its domain declares it (`GET /api/kinds`). */
export interface KindShown {
  name: string
  path: string
  title_fr: string
  title_en: string
  act: string | null
  authors: string[]
  releasable: boolean
  fields: Schema
}

/** As much of JSON Schema as msgspec writes. */
export interface Schema {
  type?: string
  title?: string
  description?: string
  enum?: (string | number)[]
  const?: unknown
  anyOf?: Schema[]
  $ref?: string
  $defs?: Record<string, Schema>
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  prefixItems?: Schema[]
  additionalProperties?: boolean | Schema
  default?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
}

/** `ml` of `ml/spine/3`. */
export const partyOf = (address: string): string => address.split('/')[0] ?? ''

/** `sharing.report` of `sharing.report/1`. */
export const nounOf = (kind: string): string => kind.split('/')[0] ?? kind

/** Whether this stands in a home journal: nobody else has it. */
export const isHome = (address: string): boolean => address.split('/')[1] !== 'spine'
