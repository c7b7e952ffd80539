/** What changes while one looks: one stream for the whole page. */

import { loadSession } from './api'
import { setNodeTime } from './clock'
import { eyes, onEyes } from './eyes'
import { Stream, type StreamEvent, type StreamState } from './stream'

/** A row of a list that is new, changed or (`doc` null) gone. `table` is `sharing_reports`. */
export interface Change<T = Record<string, unknown>> {
  table: string
  address: string
  doc: T | null
}

type Hear = (change: Change) => void
const changes = new Map<string, Set<Hear>>()
const states = new Set<(state: StreamState) => void>()
const resets = new Set<() => void>()
const waitings = new Set<() => void>()
let epoch = ''

const stream = new Stream(() => (eyes() ? `/api/live?view=${eyes()}` : '/api/live'), take, say, (answer) => {
  if (answer.status === 404) void loadSession().catch(() => undefined)
})

function add<T>(set: Set<T>, one: T): () => void {
  set.add(one)
  return () => set.delete(one)
}

export const live = {
  /** Hear the changes of a table, or of all (`'*'`); what is returned ends it. */
  on(table: string, hear: Hear): () => void {
    let set = changes.get(table)
    if (!set) changes.set(table, (set = new Set()))
    return add(set, hear)
  },
  /** Hear when the line is there and when it is lost; told at once how it stands. */
  onState(hear: (state: StreamState) => void): () => void {
    hear(stream.state)
    return add(states, hear)
  },
  /** Hear that changes were missed: lists are to be read again. */
  onReset(hear: () => void): () => void {
    return add(resets, hear)
  },
  /** Hear that what waits for us has changed. */
  onWaiting(hear: () => void): () => void {
    return add(waitings, hear)
  },
  /** How the line stands. */
  get state(): StreamState {
    return stream.state
  },
  /** When anything last came from the node, milliseconds since the epoch; 0: never. */
  get last_ms(): number {
    return stream.last_ms
  },
  /** Lists are older than they should be: they are to be read again. */
  stale(): void {
    for (const hear of resets) hear()
    for (const hear of waitings) hear()
  },
  open(): void {
    stream.open()
  },
  close(): void {
    stream.close()
  },
  /** Try now. */
  retry(): void {
    stream.retry()
  },
}

function take(event: StreamEvent): void {
  if (event.event === 'hello') hello(JSON.parse(event.data))
  else if (event.event === 'change') changed(JSON.parse(event.data))
  else if (event.event === 'reset') for (const hear of resets) hear()
  else if (event.event === 'waiting') for (const hear of waitings) hear()
}

function hello(said: { epoch?: string; now_us?: number }): void {
  if (said.now_us) setNodeTime(said.now_us)
  const other = epoch !== '' && said.epoch !== undefined && said.epoch !== epoch
  epoch = said.epoch ?? epoch
  for (const hear of waitings) hear()
  if (other) for (const hear of resets) hear()
}

function changed(change: Change): void {
  for (const hear of changes.get(change.table) ?? []) hear(change)
  for (const hear of changes.get('*') ?? []) hear(change)
}

function say(state: StreamState): void {
  for (const hear of states) hear(state)
}

// Other eyes see other lists: all of them are read again.
onEyes(() => {
  if (stream.state.name === 'idle') return
  stream.close()
  stream.open()
  for (const hear of resets) hear()
})

addEventListener('online', () => stream.retry())
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) stream.retry()
})
