/** A list of the node that pages on and stays fresh while it is shown. */

import type { ReactiveController, ReactiveControllerHost } from 'lit'

import { get, Problem, type Query } from './api'
import { live, type Change } from './live'

/** What every document of a list has. */
export interface Doc {
  address: string
  at: number
  kind: string
  party: string
  to?: string[]
}

export interface ListingOptions {
  query?: Query
  /** The projection's table, `sharing_reports`; without it the list is not live. */
  table?: string
  limit?: number
}

const SOON_MS = 400

export class Listing<T extends { address: string }> implements ReactiveController {
  items: T[] = []
  loading = false
  problem: Problem | null = null
  /** Whether there is more behind the last item. */
  next: string | null = null
  private query: Query
  private readonly table: string
  private readonly limit: number
  private ends: (() => void)[] = []
  private asked = 0
  private soon?: ReturnType<typeof setTimeout>

  constructor(
    private readonly host: ReactiveControllerHost,
    private path: string,
    options: ListingOptions = {},
  ) {
    this.query = options.query ?? {}
    this.table = options.table ?? ''
    this.limit = options.limit ?? 50
    host.addController(this)
  }

  hostConnected(): void {
    if (this.table) this.ends.push(live.on(this.table, (change) => this.take(change as Change<T>)))
    this.ends.push(live.onReset(() => void this.reload()))
    void this.reload()
  }

  hostDisconnected(): void {
    for (const end of this.ends.splice(0)) end()
    clearTimeout(this.soon)
    this.asked += 1
  }

  /** Read the first page anew. What is shown stays until the answer is there. */
  async reload(): Promise<void> {
    await this.read(null)
  }

  /** Read the next page, if there is one. */
  async more(): Promise<void> {
    if (this.next && !this.loading) await this.read(this.next)
  }

  /** Look for something else. */
  async seek(query: Query, path = this.path): Promise<void> {
    this.query = query
    this.path = path
    this.items = []
    this.next = null
    await this.reload()
  }

  private async read(after: string | null): Promise<void> {
    const mine = ++this.asked
    this.loading = true
    this.host.requestUpdate()
    try {
      const page = await get<{ items: T[]; next: string | null }>(this.path, { ...this.query, limit: this.limit, after })
      if (mine !== this.asked) return
      this.items = after ? [...this.items, ...page.items] : page.items
      this.next = page.next
      this.problem = null
    } catch (error) {
      if (mine !== this.asked) return
      this.problem = error instanceof Problem ? error : new Problem(0, 'failed', String(error))
    }
    this.loading = false
    this.host.requestUpdate()
  }

  private take(change: Change<T>): void {
    const place = this.items.findIndex((item) => item.address === change.address)
    if (change.doc === null) {
      if (place >= 0) this.items = this.items.filter((_, i) => i !== place)
    } else if (place >= 0) {
      this.items = this.items.with(place, change.doc)
    } else if (Object.keys(this.query).length === 0) {
      this.items = [change.doc, ...this.items]
    } else {
      // Whether it belongs to what was asked for, only the node knows.
      clearTimeout(this.soon)
      this.soon = setTimeout(() => void this.reload(), SOON_MS)
      return
    }
    this.host.requestUpdate()
  }
}
