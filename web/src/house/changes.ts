/** The newest documents over all lists, kept fresh: the store behind the second column. */

import { get, onSession, Problem, session } from './api'
import { nowUs } from './clock'
import { live, type Change } from './live'
import { isQuiet, named, withChange, type News } from './news'
import { Seen } from './seen'

export type { News } from './news'

interface Answer {
  items: { table: string; doc: News['doc'] }[]
  lists: { kind: string; table: string }[]
}

const LIMIT = 150
const heard = new Set<() => void>()
let kinds = new Map<string, string>()
let seen: Seen | undefined
let whose = ''
let started = false

interface Store {
  items: News[]
  /** Whether the node has answered yet. */
  read: boolean
  problem: Problem | null
  /** Call `hear` at every change; what is returned ends it. */
  on(hear: () => void): () => void
  /** Read it now. */
  load(): Promise<void>
  /** Whether one has seen this. */
  isSeen(news: News): boolean
  /** These are seen; all of them, unless some are given. */
  markSeen(items?: readonly News[]): void
  /** The record of this address was opened. */
  opened(address: string): void
  /** How many are not seen yet. */
  readonly unseen: number
}

export const changes: Store = {
  items: [],
  read: false,
  problem: null,
  on(hear) {
    heard.add(hear)
    start()
    return () => heard.delete(hear)
  },
  async load() {
    try {
      const found = await get<Answer>('/api/changed', { limit: LIMIT })
      kinds = new Map(found.lists.map(({ table, kind }) => [table, kind]))
      const items = found.items.map(({ table, doc }) => ({ table, doc: named(doc), kind: kindOf(table, doc) }))
      Object.assign(changes, { items, read: true, problem: null })
    } catch (error) {
      changes.problem = error instanceof Problem ? error : new Problem(0, 'failed', String(error))
    }
    tell()
  },
  isSeen(news) {
    return mine().has(news.doc)
  },
  markSeen(items = changes.items) {
    mine().add(items.map((news) => news.doc))
    tell()
  },
  opened(address) {
    const found = changes.items.filter((news) => news.doc.address === address)
    if (found.some((news) => !changes.isSeen(news))) changes.markSeen(found)
  },
  get unseen() {
    return changes.items.filter((news) => !isQuiet(news.kind) && !changes.isSeen(news)).length
  },
}

function kindOf(table: string, doc: Record<string, unknown>): string {
  return typeof doc['kind'] === 'string' ? doc['kind'] : (kinds.get(table) ?? '')
}

function mine(): Seen {
  const now = session()
  const who = `${now.party}.${now.person?.id ?? ''}`
  if (!seen || whose !== who) {
    seen = new Seen(who, nowUs())
    whose = who
  }
  return seen
}

function take(change: Change): void {
  if (!kinds.has(change.table)) return
  const kind = kindOf(change.table, change.doc ?? {})
  changes.items = withChange(changes.items, change, kind).slice(0, LIMIT * 2)
  tell()
}

let soon: ReturnType<typeof setTimeout> | undefined

/** Many changes come at once after a sync: whoever shows them is told once. */
function tell(): void {
  soon ??= setTimeout(() => {
    soon = undefined
    for (const hear of heard) hear()
  }, 30)
}

function start(): void {
  if (started) return
  started = true
  live.on('*', take)
  live.onReset(() => void changes.load())
  onSession((now) => {
    if (now.signed_in) void changes.load()
    else Object.assign(changes, { items: [], read: false })
  })
  if (session().signed_in) void changes.load()
}
