/** Where the map's data come from: the layers that the domains declare, their points in columns
 *  or their lines and areas as documents, kept up to date by the live line; and positions. */

import { get, session } from '../house/api'
import { eyes } from '../house/eyes'
import { live } from '../house/live'
import { Stream } from '../house/stream'
import type { ChangedDoc, Columns, Picture, Region } from './picture'
import type { PositionFrame } from './tracks'

/** A layer as `GET /api/layers` tells of it. */
export interface LayerShown {
  domain: string
  name: string
  title_fr: string
  title_en: string
  drawn_as: 'point' | 'line' | 'area'
  path: string
  table: string
}

/** A document with a line or an area. */
export interface ShapeDoc {
  address: string
  party?: string
  at?: number
  name?: string
  name_en?: string
  title?: string
  title_en?: string
  source?: string
  uncertainty_m?: number
  disputed?: boolean
  line?: [number, number][]
  lines?: [number, number][][]
  area?: [number, number][]
}

/** A layer with what is known of it now. */
export interface Laid {
  layer: LayerShown
  /** Rows that one may see, those without a place too. */
  total: number
  /** When the node told us last, microseconds. */
  as_of_us: number
  cut: boolean
  regions: Region[]
  shapes: Map<string, ShapeDoc>
  problem: string
}

const PAGE = 1000
const PAGES = 5
const AGAIN_MS = 1500

export class Feeds {
  readonly laid = new Map<string, Laid>()
  private view = ''
  private ends: (() => void)[] = []
  private again = new Map<string, number>()
  private positions?: Stream
  private waiting?: AbortController

  constructor(
    private readonly picture: Picture,
    private readonly changed: (table: string) => void,
    private readonly moved: (frame: PositionFrame) => void,
  ) {}

  /** Read everything as this party sees it (empty: through the eyes of the whole desk), and
   *  follow it from then on. */
  async open(view: string): Promise<void> {
    this.close()
    this.view = view || eyes()
    this.waiting = new AbortController()
    const { signal } = this.waiting
    this.ends.push(live.on('*', (change) => this.take(change.table, change.address, change.doc as ChangedDoc | null)))
    this.ends.push(live.onReset(() => void this.readAll()))
    this.positions = new Stream(
      () => (this.view ? `/api/positions?view=${encodeURIComponent(this.view)}` : '/api/positions'),
      (event) => event.event === 'positions' && this.moved(JSON.parse(event.data) as PositionFrame),
    )
    this.positions.open()
    const { layers } = await get<{ layers: LayerShown[] }>('/api/layers', {}, { signal })
    if (signal.aborted) return
    for (const layer of layers) this.laid.set(layer.table, blank(layer))
    await this.readAll()
  }

  private async readAll(): Promise<void> {
    await Promise.all([...this.laid.values()].map((laid) => this.read(laid)))
  }

  private async read(laid: Laid): Promise<void> {
    const signal = this.waiting?.signal
    const asked = this.view ? { view: this.view } : {}
    try {
      if (laid.layer.drawn_as === 'point') await this.readPoints(laid, asked, signal)
      else await this.readShapes(laid, asked, signal)
      laid.problem = ''
    } catch (error) {
      if (signal?.aborted) return
      laid.problem = error instanceof Error ? error.message : String(error)
    }
    if (!signal?.aborted) this.changed(laid.layer.table)
  }

  private async readPoints(laid: Laid, asked: { view?: string }, signal?: AbortSignal): Promise<void> {
    const columns = await get<Columns>(`/api/picture/${laid.layer.table}`, asked, { signal })
    if (signal?.aborted) return
    this.picture.load(laid.layer.table, columns)
    Object.assign(laid, { total: columns.total, cut: columns.cut, regions: columns.regions, as_of_us: columns.at_us })
  }

  private async readShapes(laid: Laid, asked: { view?: string }, signal?: AbortSignal): Promise<void> {
    const shapes = new Map<string, ShapeDoc>()
    let after: string | null = ''
    for (let page = 0; page < PAGES && after !== null; page++) {
      const found: { items: ShapeDoc[]; next: string | null } = await get(laid.layer.path, { ...asked, limit: PAGE, after }, { signal })
      for (const doc of found.items) shapes.set(doc.address, doc)
      after = found.next
    }
    if (signal?.aborted) return
    laid.shapes = shapes
    Object.assign(laid, { total: shapes.size, cut: after !== null, as_of_us: Date.now() * 1000 })
  }

  private take(table: string, address: string, doc: ChangedDoc | null): void {
    const laid = this.laid.get(table)
    if (!laid) return
    // The line speaks for the eyes of the desk; and a release of ours stands at home already:
    // which of the two is drawn, the node says.
    const other = this.view !== eyes() || address.startsWith(`${session().party}/`)
    if (other || laid.layer.drawn_as !== 'point' || !hasPoint(doc)) return this.readSoon(laid)
    const before = this.picture.row(address)
    this.picture.change(table, address, doc)
    if (before < 0) laid.total++
    laid.as_of_us = Date.now() * 1000
    this.changed(table)
  }

  /** Read a layer again, once for all changes that come together. */
  private readSoon(laid: Laid): void {
    const table = laid.layer.table
    if (this.again.has(table)) return
    const timer = window.setTimeout(() => {
      this.again.delete(table)
      void this.read(laid)
    }, AGAIN_MS)
    this.again.set(table, timer)
  }

  close(): void {
    this.waiting?.abort()
    for (const end of this.ends) end()
    for (const timer of this.again.values()) clearTimeout(timer)
    this.ends = []
    this.again.clear()
    this.positions?.close()
    this.positions = undefined
  }
}

function blank(layer: LayerShown): Laid {
  return { layer, total: 0, as_of_us: 0, cut: false, regions: [], shapes: new Map(), problem: '' }
}

function hasPoint(doc: ChangedDoc | null): boolean {
  return typeof doc?.lat_e7 === 'number' && typeof doc.lon_e7 === 'number'
}
