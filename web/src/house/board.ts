/** The rows of a board, computed by the node for whoever looks; read again when a table that it
 *  rests on changes. */

import type { ReactiveController, ReactiveControllerHost } from 'lit'

import { get, Problem, type Query } from './api'
import { live } from './live'

const SOON_MS = 250

export class BoardRows<T> implements ReactiveController {
  rows: T[] = []
  /** When the node computed them; 0: not yet. */
  at_us = 0
  /** Through whose eyes. */
  party = ''
  loading = false
  problem: Problem | null = null
  private ends: (() => void)[] = []
  private asked = 0
  private soon?: ReturnType<typeof setTimeout>

  /** `path` is `alerts/response`, `tables` the lists that it rests on. */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly path: string,
    private readonly tables: readonly string[],
    private query: Query = {},
  ) {
    host.addController(this)
  }

  hostConnected(): void {
    this.ends = [
      ...this.tables.map((table) => live.on(table, () => this.again())),
      live.onReset(() => void this.reload()),
    ]
    void this.reload()
  }

  hostDisconnected(): void {
    for (const end of this.ends.splice(0)) end()
    clearTimeout(this.soon)
    this.asked += 1
  }

  /** Look for something else. */
  async seek(query: Query): Promise<void> {
    this.query = query
    await this.reload()
  }

  /** Read it again. What is shown stays until the answer is there. */
  async reload(): Promise<void> {
    const mine = ++this.asked
    this.loading = true
    this.host.requestUpdate()
    try {
      const found = await get<{ rows: T[]; at_us: number; party: string }>(`/api/board/${this.path}`, this.query)
      if (mine !== this.asked) return
      Object.assign(this, { rows: found.rows, at_us: found.at_us, party: found.party, problem: null })
    } catch (error) {
      if (mine !== this.asked) return
      this.problem = error instanceof Problem ? error : new Problem(0, 'failed', String(error))
    }
    this.loading = false
    this.host.requestUpdate()
  }

  /** Many changes come at once after a sync: they are one reading. */
  private again(): void {
    this.soon ??= setTimeout(() => {
      this.soon = undefined
      void this.reload()
    }, SOON_MS)
  }
}
