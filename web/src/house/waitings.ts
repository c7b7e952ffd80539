/** What waits for us: read once, read again when the node says so, and every minute. */

import { get, onSession, Problem, session } from './api'
import { live } from './live'
import type { Waiting } from './shapes'

export { grouped } from './waitings.order'

const EVERY_MS = 60_000
const heard = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let asked = 0

export const waitings = {
  items: [] as Waiting[],
  at_us: 0,
  /** Not empty: what is shown may be old. */
  problem: null as Problem | null,
  read: false,
  /** Call `hear` at every change; what is returned ends it. */
  on(hear: () => void): () => void {
    heard.add(hear)
    start()
    return () => heard.delete(hear)
  },
  /** Read it now. */
  async load(): Promise<void> {
    const mine = ++asked
    try {
      const found = await get<{ items: Waiting[]; at_us: number }>('/api/waiting')
      if (mine !== asked) return
      Object.assign(waitings, { items: found.items, at_us: found.at_us, problem: null, read: true })
    } catch (error) {
      if (mine !== asked) return
      waitings.problem = error instanceof Problem ? error : new Problem(0, 'failed', String(error))
    }
    for (const hear of heard) hear()
  },
}

/** Names one thing that waits, over all readings. */
export function nameOf(waiting: Waiting): string {
  return `${waiting.what} ${waiting.about} ${waiting.party}`
}

function start(): void {
  if (timer) return
  timer = setInterval(() => {
    if (session().signed_in) void waitings.load()
  }, EVERY_MS)
  live.onWaiting(() => void waitings.load())
  live.onReset(() => void waitings.load())
  onSession((now) => {
    if (now.signed_in) void waitings.load()
    else Object.assign(waitings, { items: [], read: false })
  })
  if (session().signed_in) void waitings.load()
}
