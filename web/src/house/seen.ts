/** What one has seen already, on this device, for each person by herself. */

/** Names a document in the state in which it is: a correction makes it unseen again. */
export function stateOf(doc: Record<string, unknown>): string {
  return `${doc['address']}#${doc['corrections'] ?? 0}`
}

const MOST = 1_500
const DAY_US = 86_400_000_000

interface Kept {
  since_us: number
  seen: string[]
}

/** The seen of one person; what is older than a day before the first look counts as seen. */
export class Seen {
  private readonly key: string
  private kept: Kept

  constructor(
    who: string,
    now_us: number,
    private readonly store: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
  ) {
    this.key = `toguna.seen.${who}`
    this.kept = this.read(now_us)
  }

  private read(now_us: number): Kept {
    try {
      const kept = JSON.parse(this.store.getItem(this.key) ?? '') as Kept
      if (typeof kept.since_us === 'number' && Array.isArray(kept.seen)) return kept
    } catch {
      // nothing kept, or not by us
    }
    return { since_us: now_us - DAY_US, seen: [] }
  }

  /** Whether this was seen in the state in which it is. */
  has(doc: Record<string, unknown>): boolean {
    return Number(doc['at'] ?? 0) < this.kept.since_us || this.kept.seen.includes(stateOf(doc))
  }

  /** From now on these are seen. */
  add(docs: readonly Record<string, unknown>[]): void {
    const fresh = docs.filter((doc) => !this.has(doc)).map(stateOf)
    if (fresh.length === 0) return
    this.kept.seen = [...fresh, ...this.kept.seen].slice(0, MOST)
    this.store.setItem(this.key, JSON.stringify(this.kept))
  }
}
