/** The reports of this browser that are not sent, and the one who sends them when it can. */

import { loadSession, onSession, post, session } from '../house/api'
import { nowUs } from '../house/clock'
import { live } from '../house/live'
import type { FieldReport } from './field-report-body'
import { sendInOrder, type Link, type Round, type Shelf } from './sending'
import * as store from './store'

const AGAIN_MS = 15_000
const LOCK = 'toguna-sending'
const CHANNEL = 'toguna-offline'

class Queue {
  /** Everybody's, the oldest first. */
  reports: FieldReport[] = []
  sent: store.Sent[] = []
  sending = false
  /** Why the last round ended before everything was tried. */
  round: Round = 'all'
  /** Whether this browser keeps what it is given. */
  keeps = true
  private readonly heard = new Set<() => void>()
  private readonly others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL)
  private again?: ReturnType<typeof setTimeout>
  private begun = false

  /** Hear every change; what is returned ends it. */
  on(hear: () => void): () => void {
    this.heard.add(hear)
    return () => this.heard.delete(hear)
  }

  /** Take up what was kept, and send whenever there is a chance to. */
  async begin(): Promise<void> {
    if (this.begun) return
    this.begun = true
    this.others?.addEventListener('message', () => void this.load())
    addEventListener('online', () => void this.send())
    onSession(() => void this.send())
    live.onState((state) => {
      if (state.name === 'connected') void this.send()
    })
    await this.load()
    await this.send()
  }

  /** Those of whoever is signed in here. */
  get mine(): FieldReport[] {
    const { party, person } = session()
    return this.reports.filter((one) => one.party === party && one.person === person?.id)
  }

  /** How many wait for somebody else. */
  get ofOthers(): number {
    return this.reports.length - this.mine.length
  }

  get sentByMe(): store.Sent[] {
    const { party, person } = session()
    return this.sent.filter((one) => one.party === party && one.person === person?.id)
  }

  /** Keep a report, new or put right; it is sent as soon as it can be. */
  async put(report: FieldReport): Promise<void> {
    await this.kept(() => store.keepReport(report))
    this.reports = [...this.reports.filter((one) => one.id !== report.id), report].sort(
      (a, b) => a.made_us - b.made_us,
    )
    this.say()
    void navigator.storage?.persist?.().catch(() => false)
    void this.send()
  }

  /** Forget a report without sending it. */
  async drop(id: string): Promise<void> {
    await this.kept(() => store.dropReport(id))
    this.reports = this.reports.filter((one) => one.id !== id)
    this.say()
  }

  /** Forget what the person who signs out wrote here. */
  async wipe(but: { unsent: boolean }): Promise<void> {
    const { party, person } = session()
    await this.kept(() => store.wipe(party, person?.id ?? '', but))
    await this.load()
    this.others?.postMessage('changed')
  }

  /** Try everything that waits, if nobody else does. */
  async send(): Promise<void> {
    clearTimeout(this.again)
    if (this.sending || !this.mine.some((one) => one.state === 'waiting')) return
    this.sending = true
    this.say()
    try {
      await alone(() => this.sendAll())
    } finally {
      this.sending = false
      this.say()
    }
    if (this.mine.some((one) => one.state === 'waiting')) {
      this.again = setTimeout(() => void this.send(), AGAIN_MS)
    }
  }

  private async sendAll(): Promise<void> {
    // Another page may have sent some of it meanwhile.
    await this.load()
    if (!session().signed_in) return
    this.round = await sendInOrder(this.mine, this.link(), this.shelf())
    if (this.round === 'signed out') await loadSession().catch(() => undefined)
  }

  private link(): Link {
    const headers = { 'content-type': 'application/octet-stream' }
    return {
      photo: async (blob, office) => (await post<{ digest: string }>('/api/files', blob, { headers, office })).digest,
      report: async (said, office) => {
        const { addresses } = await post<{ addresses: string[] }>('/api/sharing/report', said, { office })
        return addresses[0] ?? ''
      },
      acts: (office) => session().offices.includes(office),
    }
  }

  private shelf(): Shelf {
    return {
      keep: async (report) => {
        if (!this.stands(report)) return
        await this.kept(() => store.keepReport(report))
        this.reports = this.reports.map((one) => (one.id === report.id ? report : one))
        this.say()
      },
      arrived: async (report, address) => {
        const { id, party, person } = report
        const sent = { id, party, person, title: report.fields.title, address, at_us: nowUs() }
        // Put right meanwhile: it stays, and the node will say that it has older words.
        const over = this.stands(report)
        await this.kept(() => store.arrived(sent, over))
        if (over) this.reports = this.reports.filter((one) => one.id !== id)
        this.sent = [sent, ...this.sent.filter((one) => one.id !== id)]
        this.say()
      },
    }
  }

  /** Whether this is what the person last wrote under its id: not edited since, not dropped. */
  private stands(report: FieldReport): boolean {
    return this.reports.some((one) => one.id === report.id && one.edition === report.edition)
  }

  private async load(): Promise<void> {
    if (!this.keeps) return
    await this.kept(async () => {
      this.reports = await store.unsentReports()
      this.sent = await store.sentReports()
    })
    this.say(false)
  }

  /** A browser that keeps nothing still sends: what is here is lost with the page. */
  private async kept(call: () => Promise<void>): Promise<void> {
    try {
      if (this.keeps) await call()
    } catch {
      this.keeps = false
    }
  }

  private say(toOthers = true): void {
    for (const hear of this.heard) hear()
    if (toOthers) this.others?.postMessage('changed')
  }
}

/** One page at a time sends; another one that wants to meanwhile leaves it at that. */
async function alone(call: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return call()
  await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? call() : Promise.resolve()))
}

export const queue = new Queue()
