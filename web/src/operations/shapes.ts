/** What the node says of operations (`domains/operations`), and how it is read. Pure. */

export type Pair = readonly [number, number]

/** Area or corridor, heights above mean sea level, window (`core/volumes.py`). */
export interface Volume {
  area?: Pair[][]
  line?: Pair[]
  half_width_m?: number
  floor_m?: number
  ceiling_m?: number
  from_us?: number
  until_us?: number
}

export type Word = 'yes' | 'limits' | 'no'
export type RequestState = 'no_consent' | 'granted' | 'limited' | 'refused' | 'revoked' | 'over'

export interface Answered {
  address: string
  at: number
  party: string
  office: string
  answer: Word
  why?: string
  conditions?: string
  revoked_us?: number
  revoked_why?: string
}

export interface Granted {
  depth_m: number
  from_us: number
  until_us: number
  floor_m?: number
  ceiling_m?: number
  conditions?: string[]
}

/** A row of the board `operations/requests`. */
export interface Request {
  address: string
  at: number
  party: string
  host: string
  title: string
  why: string
  urgent: boolean
  units: string[]
  depth_m: number
  volume: Volume
  border: Pair[]
  conditions?: string
  state: RequestState
  answers: Answered[]
  disagree: boolean
  granted?: Granted
  to: string[]
  answer_s?: number
}

export interface Order {
  address: string
  at: number
  party: string
  office: string
  chain: 'national' | 'joint'
  says: string
  text: string
  from_us: number
  until_us: number
}

/** A row of the board `operations/units`. */
export interface Unit {
  address: string
  at: number
  party: string
  name: string
  category: string
  under: string
  state: string
  attached_us?: number
  attached_until_us?: number
  caveats?: string[]
  orders?: Order[]
  conflicts?: [string, string][]
}

export type CrossingState = 'home' | 'approaching' | 'inside' | 'leaving' | 'outside' | 'no_consent' | 'cannot_tell'

/** A row of the board `operations/crossings`: how one node measured a unit. */
export interface Crossing {
  address: string
  at: number
  party: string
  unit: string
  host: string
  state: CrossingState
  what: string
  beyond_m?: number
  late_s?: number
  error_m?: number
  about?: string
}

/** Standing terms of a host (`operations.terms`). */
export interface Terms {
  address: string
  at: number
  kind: string
  party: string
  border?: Pair[]
  conditions?: string
  depth_m: number
  hours: number
  until_us: number
}

export const REQUEST_TABLES: readonly string[] = [
  'operations_requests', 'operations_consents', 'operations_revocations', 'operations_units',
]
export const UNIT_TABLES: readonly string[] = [
  'operations_units', 'operations_attachments', 'operations_orders', 'operations_rescinded',
]
export const CROSSING_TABLES: readonly string[] = ['operations_crossings']

/** Never by colour alone: each state has a sign and a word as well. */
export const SIGNS: Record<RequestState, { icon: string; tone: string }> = {
  no_consent: { icon: 'close', tone: 'bad' },
  granted: { icon: 'check', tone: 'good' },
  limited: { icon: 'check', tone: 'warn' },
  refused: { icon: 'close', tone: 'bad' },
  revoked: { icon: 'recall', tone: 'bad' },
  over: { icon: 'minus', tone: '' },
}

export const WORD_SIGNS: Record<Word, { icon: string; tone: string }> = {
  yes: { icon: 'check', tone: 'good' },
  limits: { icon: 'check', tone: 'warn' },
  no: { icon: 'close', tone: 'bad' },
}

export const CROSSING_SIGNS: Record<CrossingState, { icon: string; tone: string }> = {
  home: { icon: 'home', tone: '' },
  approaching: { icon: 'alert', tone: 'warn' },
  inside: { icon: 'check', tone: 'good' },
  leaving: { icon: 'alert', tone: 'warn' },
  outside: { icon: 'flash', tone: 'flash' },
  no_consent: { icon: 'flash', tone: 'flash' },
  cannot_tell: { icon: 'question', tone: 'warn' },
}

/** Whether it is ours to answer now: nobody of us has yet, and it is not over. */
export const isOurs = (request: Request, party: string): boolean => request.host === party && request.state !== 'over'

/** Who reads our word on something: its author and its readers that are still there. */
export function readersOf(author: string, to: readonly string[], ours: string, active: readonly string[]): string[] {
  return [...new Set([author, ...to])].filter((one) => one !== ours && active.includes(one)).sort()
}

/** Kilometres with one decimal: near a limit each hundred metres counts. */
export function kilometres(metres: number, locale: string): string {
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(metres / 1000)} km`
}

export type CrossingRow = { unit: string; host: string; seen: Crossing[]; worst: Crossing }

const WORST: readonly CrossingState[] = ['no_consent', 'outside', 'approaching', 'leaving', 'cannot_tell', 'inside', 'home']

/** Crossings of one unit at one border together, as each node measured them, the worst first. */
export function together(crossings: readonly Crossing[]): CrossingRow[] {
  const by = new Map<string, Crossing[]>()
  for (const one of crossings) {
    const key = `${one.unit} ${one.host}`
    by.set(key, [...(by.get(key) ?? []), one])
  }
  const rank = (one: Crossing) => WORST.indexOf(one.state)
  const rows = [...by.values()].map((seen) => {
    const sorted = [...seen].sort((a, b) => rank(a) - rank(b) || b.at - a.at)
    const worst = sorted[0] as Crossing
    return { unit: worst.unit, host: worst.host, seen: sorted, worst }
  })
  return rows.sort((a, b) => rank(a.worst) - rank(b.worst) || b.worst.at - a.worst.at)
}

/** Both orders of each conflict, by the signers' names: neither goes first by weight. */
export function opposed(unit: Unit): [Order, Order][] {
  const by = new Map((unit.orders ?? []).map((order) => [order.address, order]))
  return (unit.conflicts ?? []).flatMap(([a, b]) => {
    const pair = [by.get(a), by.get(b)].filter((one): one is Order => one !== undefined)
    const sorted = pair.sort((x, y) => x.party.localeCompare(y.party) || x.address.localeCompare(y.address))
    return sorted.length === 2 ? [[sorted[0], sorted[1]] as [Order, Order]] : []
  })
}
