/**
 * The reports that one may see, as columns: 100,000 of them are filtered and gathered in a few
 * milliseconds, every time the map moves or the time slider does.
 */

import { mercatorX, mercatorY } from './mercator'

/** What `GET /api/picture/{projection}` answers. */
export interface Columns {
  total: number
  cut: boolean
  at_us: number
  logs: string[]
  log: number[]
  index: number[]
  lat_e7: number[]
  lon_e7: number[]
  radius_m: number[]
  at: number[]
  categories: string[]
  category: number[]
  parties: string[]
  party: number[]
  grades: string[]
  grade: number[]
  regions: Region[]
}

/** Reports that are known to a region only: they are counted, never drawn as a point. */
export interface Region {
  name: string
  count: number
  newest_us: number
}

/** One row as a live change brings it. */
export interface ChangedDoc {
  address: string
  at?: number
  from_us?: number
  date_end_us?: number
  type_of_violence?: number
  error_m?: number
  lat_e7?: number | null
  lon_e7?: number | null
  radius_m?: number | null
  category?: string
  party?: string
  grade?: string
  credibility?: number
}

/** What is shown of all that is there. Empty sets hide nothing. */
export interface Filter {
  from_us: number
  to_us: number
  /** Categories, parties and lists that are not shown. */
  categories: ReadonlySet<string>
  parties: ReadonlySet<string>
  lists: ReadonlySet<string>
}

export const EVERYTHING: Filter = {
  from_us: -Infinity, to_us: Infinity, categories: new Set(), parties: new Set(), lists: new Set(),
}

/** What a filter lets through, by the numbers of the columns: 1 or 0. */
export interface Masks {
  categories: Uint8Array
  parties: Uint8Array
  lists: Uint8Array
}

/** A list of names, each with a number. */
class Names {
  readonly names: string[] = []
  private readonly numbers = new Map<string, number>()

  of(name: string): number {
    let number = this.numbers.get(name)
    if (number === undefined) {
      number = this.names.length
      this.names.push(name)
      this.numbers.set(name, number)
    }
    return number
  }
}

export class Picture {
  count = 0
  /** Counts up with every change of what is here. */
  revision = 0
  x = new Float64Array(0)
  y = new Float64Array(0)
  lat = new Float64Array(0)
  at = new Float64Array(0)
  radius = new Float32Array(0)
  category = new Uint8Array(0)
  party = new Uint8Array(0)
  grade = new Uint8Array(0)
  /** Which list a row is of. */
  list = new Uint8Array(0)
  private log = new Uint16Array(0)
  private index = new Float64Array(0)
  private readonly logNames = new Names()
  private readonly categoryNames = new Names()
  private readonly partyNames = new Names()
  private readonly gradeNames = new Names()
  private readonly listNames = new Names()
  private places?: Map<string, number>
  private spanned?: { revision: number; span: [number, number] | null }
  private counted?: { key: unknown[]; counts: Uint32Array }

  get categories(): readonly string[] {
    return this.categoryNames.names
  }

  get parties(): readonly string[] {
    return this.partyNames.names
  }

  get grades(): readonly string[] {
    return this.gradeNames.names
  }

  get lists(): readonly string[] {
    return this.listNames.names
  }

  /** Take over what the node answered for a list, in place of what was here of it. */
  load(list: string, columns: Columns): void {
    this.forget(list)
    const first = this.count
    const number = this.listNames.of(list)
    this.room(first + columns.log.length)
    const logs = columns.logs.map((name) => this.logNames.of(name))
    const categories = columns.categories.map((name) => this.categoryNames.of(name || list))
    const parties = columns.parties.map((name) => this.partyNames.of(name))
    const grades = columns.grades.map((name) => this.gradeNames.of(name))
    for (let k = 0; k < columns.log.length; k++) {
      const i = first + k
      this.log[i] = logs[columns.log[k]!]!
      this.index[i] = columns.index[k]!
      this.place(i, columns.lat_e7[k]!, columns.lon_e7[k]!, columns.radius_m[k]!)
      this.at[i] = columns.at[k]!
      this.category[i] = categories[columns.category[k]!] ?? 0
      this.party[i] = parties[columns.party[k]!] ?? 0
      this.grade[i] = grades[columns.grade[k]!] ?? 0
      this.list[i] = number
    }
    this.count = first + columns.log.length
    this.places = undefined
    this.revision++
  }

  /** Take all rows of a list away. */
  private forget(list: string): void {
    const number = this.listNames.of(list)
    let kept = 0
    for (let i = 0; i < this.count; i++) if (this.list[i] !== number) this.move(i, kept++)
    this.count = kept
    this.places = undefined
  }

  private move(from: number, to: number): void {
    if (from === to) return
    for (const column of [this.x, this.y, this.lat, this.at, this.index, this.radius, this.log, this.category, this.party, this.grade, this.list])
      column[to] = column[from]!
  }

  private place(i: number, lat_e7: number, lon_e7: number, radius_m: number): void {
    this.lat[i] = lat_e7 / 1e7
    this.x[i] = mercatorX(lon_e7 / 1e7)
    this.y[i] = mercatorY(lat_e7 / 1e7)
    this.radius[i] = radius_m
  }

  private room(count: number): void {
    if (count <= this.x.length) return
    const size = Math.max(1024, count, this.x.length * 2)
    const grown = <T extends { set(other: T): void }>(old: T, fresh: T): T => (fresh.set(old), fresh)
    this.x = grown(this.x, new Float64Array(size))
    this.y = grown(this.y, new Float64Array(size))
    this.lat = grown(this.lat, new Float64Array(size))
    this.at = grown(this.at, new Float64Array(size))
    this.index = grown(this.index, new Float64Array(size))
    this.radius = grown(this.radius, new Float32Array(size))
    this.log = grown(this.log, new Uint16Array(size))
    this.category = grown(this.category, new Uint8Array(size))
    this.party = grown(this.party, new Uint8Array(size))
    this.grade = grown(this.grade, new Uint8Array(size))
    this.list = grown(this.list, new Uint8Array(size))
  }

  /** The address of a row. */
  address(i: number): string {
    return `${this.logNames.names[this.log[i]!]}/${this.index[i]}`
  }

  /** The row of an address; -1 when it is not on the map. */
  row(address: string): number {
    if (!this.places) {
      this.places = new Map()
      for (let i = 0; i < this.count; i++) this.places.set(this.address(i), i)
    }
    return this.places.get(address) ?? -1
  }

  /** Take in a live change: a row that is new, other than before, or gone (`doc` null). */
  change(list: string, address: string, doc: ChangedDoc | null): void {
    this.revision++
    const known = this.row(address)
    const [lat, lon] = [doc?.lat_e7, doc?.lon_e7]
    if (doc === null || typeof lat !== 'number' || typeof lon !== 'number') {
      if (known >= 0) this.drop(known, address)
      return
    }
    const i = known >= 0 ? known : this.count++
    this.room(this.count)
    const cut = address.lastIndexOf('/')
    this.log[i] = this.logNames.of(address.slice(0, cut))
    this.index[i] = Number(address.slice(cut + 1))
    this.place(i, lat, lon, doc.radius_m ?? doc.error_m ?? 0)
    this.list[i] = this.listNames.of(list)
    this.at[i] = doc.from_us ?? doc.date_end_us ?? doc.at ?? 0
    this.category[i] = this.categoryNames.of(categoryOf(doc) || list)
    this.party[i] = this.partyNames.of(doc.party ?? '')
    this.grade[i] = this.gradeNames.of(`${doc.grade ?? ''}${doc.credibility ?? ''}`)
    this.places!.set(address, i)
  }

  /** The last row takes the place of the one that goes. */
  private drop(i: number, address: string): void {
    const last = --this.count
    this.places!.delete(address)
    if (i === last) return
    this.places!.set(this.address(last), i)
    this.move(last, i)
  }

  /** What a filter lets through, by number. */
  masks(filter: Filter): Masks {
    const mask = (names: readonly string[], without: ReadonlySet<string>) => Uint8Array.from(names, (name) => (without.has(name) ? 0 : 1))
    return {
      categories: mask(this.categories, filter.categories),
      parties: mask(this.parties, filter.parties),
      lists: mask(this.lists, filter.lists),
    }
  }

  /** Whether masks let a row through, whenever it was. */
  passes(masks: Masks, i: number): boolean {
    return masks.categories[this.category[i]!] === 1 && masks.parties[this.party[i]!] === 1 && masks.lists[this.list[i]!] === 1
  }

  /** First and last moment; null when there is nothing. */
  span(): [number, number] | null {
    if (this.spanned?.revision === this.revision) return this.spanned.span
    let first = Infinity
    let last = -Infinity
    for (let i = 0; i < this.count; i++) {
      const at = this.at[i]!
      if (at < first) first = at
      if (at > last) last = at
    }
    const span: [number, number] | null = this.count ? [first, last] : null
    this.spanned = { revision: this.revision, span }
    return span
  }

  /** How many rows there are in each of `bins` equal parts of a span, whatever the time window. */
  histogram(filter: Filter, [first, last]: readonly [number, number], bins: number): Uint32Array {
    const key = [this.revision, first, last, bins, filter.categories, filter.parties, filter.lists]
    if (this.counted && key.every((part, i) => part === this.counted!.key[i])) return this.counted.counts
    const counts = new Uint32Array(bins)
    const masks = this.masks(filter)
    const scale = bins / Math.max(1, last - first)
    for (let i = 0; i < this.count; i++) {
      if (!this.passes(masks, i)) continue
      const bin = Math.floor((this.at[i]! - first) * scale)
      if (bin >= 0 && bin <= bins) counts[Math.min(bin, bins - 1)]!++
    }
    this.counted = { key, counts }
    return counts
  }
}

/** The category that a document says, as the node's columns name it. */
export function categoryOf(doc: ChangedDoc): string {
  return doc.category ?? (doc.type_of_violence ? `type_of_violence-${doc.type_of_violence}` : '')
}
