/**
 * Gathering points that would lie on one another. The plane is cut into cells of one size on the
 * screen, fixed to the land, every other row half a cell to the side; a group stands at the mean of its points, and groups that come too
 * near to one another become one. What is drawn is so bounded by the screen, not by the count.
 */

import type { Frame } from './mercator'
import type { Filter, Picture } from './picture'

export interface Group {
  x: number
  y: number
  count: number
  /** A row of it; the only one when `count` is 1. */
  row: number
  /** How many of each party, by number. */
  shares: Uint32Array
  /** The cells that it was made of. */
  cells: number[]
}

/** The cells around a frame; rows are closer than columns, as in a honeycomb. */
interface Cells {
  size: number
  high: number
  x0: number
  y0: number
  columns: number
  rows: number
}

export interface Gathered {
  groups: Group[]
  cells: Cells
  /** How many rows the filter lets through, in view or not. */
  shown: number
  /** What it was made of. */
  filter: Filter
  revision: number
}

const CELL_PX = 56
const HONEYCOMB = Math.sqrt(3) / 2
/** Groups nearer than this become one. */
const APART_PX = 44
/** So much around the screen is gathered too, and so far one moves without gathering anew. */
const MARGIN_PX = 320

/** Pixels of the whole square at the half step of zoom that is nearest: between two of them
 *  nothing is gathered anew, so that groups keep still while one zooms. */
function sizeNear(frame: Frame): number {
  return 512 * 2 ** (Math.round(frame.zoom * 2) / 2)
}

function cellsOf(frame: Frame): Cells {
  const size = CELL_PX / sizeNear(frame)
  const high = size * HONEYCOMB
  const margin = MARGIN_PX / frame.size
  return {
    size,
    high,
    x0: Math.floor((frame.x - margin) / size) - 1,
    y0: Math.floor((frame.y - margin) / high),
    columns: Math.ceil((frame.width / frame.size + 2 * margin) / size) + 2,
    rows: Math.ceil((frame.height / frame.size + 2 * margin) / high) + 1,
  }
}

/** The cell of a place; -1 when it lies outside. */
function cellAt({ size, high, x0, y0, columns, rows }: Cells, x: number, y: number): number {
  const line = Math.floor(y / high)
  const row = line - y0
  const column = Math.floor(x / size - 0.5 * (line & 1)) - x0
  return column < 0 || row < 0 || column >= columns || row >= rows ? -1 : row * columns + column
}

/** Whether what was gathered still holds for this frame, this filter and what is there now. */
export function holds(gathered: Gathered, picture: Picture, filter: Filter, frame: Frame): boolean {
  const { size, high, x0, y0, columns, rows } = gathered.cells
  const edge = APART_PX / frame.size
  return (
    gathered.filter === filter &&
    gathered.revision === picture.revision &&
    size === CELL_PX / sizeNear(frame) &&
    frame.x - edge >= (x0 + 1) * size &&
    frame.y - edge >= y0 * high &&
    frame.x + frame.width / frame.size + edge <= (x0 + columns) * size &&
    frame.y + frame.height / frame.size + edge <= (y0 + rows) * high
  )
}

/** The groups of what a filter lets through, around a frame. */
export function gather(picture: Picture, filter: Filter, frame: Frame): Gathered {
  const cells = cellsOf(frame)
  const found = new Array<Group | undefined>(cells.columns * cells.rows)
  const masks = picture.masks(filter)
  const { x, y, at, party, count } = picture
  const parties = picture.parties.length
  const { from_us, to_us } = filter
  let shown = 0
  for (let i = 0; i < count; i++) {
    const when = at[i]!
    if (when < from_us || when > to_us || !picture.passes(masks, i)) continue
    shown++
    const px = x[i]!
    const py = y[i]!
    const key = cellAt(cells, px, py)
    if (key < 0) continue
    let group = found[key]
    if (!group) found[key] = group = { x: 0, y: 0, count: 0, row: i, shares: new Uint32Array(parties), cells: [key] }
    group.x += px
    group.y += py
    group.count++
    group.shares[party[i]!]!++
  }
  const groups = merged(found, cells.columns, APART_PX / sizeNear(frame))
  return { groups, cells, shown, filter, revision: picture.revision }
}

/** How many rows stand in a frame. */
export function countIn(picture: Picture, filter: Filter, frame: Frame): number {
  let count = 0
  each(picture, filter, (i) => {
    if (isIn(picture, i, frame)) count++
    return true
  })
  return count
}

/** Groups at the mean of their points; each takes in the smaller ones that are too near. */
function merged(found: (Group | undefined)[], columns: number, apart: number): Group[] {
  const order: number[] = []
  found.forEach((group, key) => {
    if (!group) return
    group.x /= group.count
    group.y /= group.count
    order.push(key)
  })
  order.sort((a, b) => found[b]!.count - found[a]!.count || a - b)
  for (const key of order) {
    const group = found[key]
    if (!group) continue
    for (const step of [-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns, columns + 1]) {
      const other = found[key + step]
      if (!other || Math.hypot(other.x - group.x, other.y - group.y) > apart) continue
      take(group, other)
      found[key + step] = undefined
    }
  }
  return found.filter((group): group is Group => group !== undefined)
}

function take(group: Group, other: Group): void {
  const all = group.count + other.count
  group.x = (group.x * group.count + other.x * other.count) / all
  group.y = (group.y * group.count + other.y * other.count) / all
  group.count = all
  group.cells.push(...other.cells)
  other.shares.forEach((n, party) => (group.shares[party]! += n))
}

/** The rows of a group, at most `most`. */
export function rowsOf(picture: Picture, filter: Filter, gathered: Gathered, group: Group, most: number): number[] {
  const rows: number[] = []
  each(picture, filter, (i) => {
    if (group.cells.includes(cellAt(gathered.cells, picture.x[i]!, picture.y[i]!))) rows.push(i)
    return rows.length < most
  })
  return rows
}

/** The rows that stand in a frame, at most `most`. */
export function rowsIn(picture: Picture, filter: Filter, frame: Frame, most: number): number[] {
  const rows: number[] = []
  each(picture, filter, (i) => {
    if (isIn(picture, i, frame)) rows.push(i)
    return rows.length < most
  })
  return rows
}

function isIn({ x, y }: Picture, i: number, frame: Frame): boolean {
  const px = (x[i]! - frame.x) * frame.size
  const py = (y[i]! - frame.y) * frame.size
  return px >= 0 && py >= 0 && px <= frame.width && py <= frame.height
}

/** Call `take` with each row that a filter lets through, until it says no. */
function each(picture: Picture, filter: Filter, take: (row: number) => boolean): void {
  const masks = picture.masks(filter)
  const { at, count } = picture
  const { from_us, to_us } = filter
  for (let i = 0; i < count; i++) {
    const when = at[i]!
    if (when >= from_us && when <= to_us && picture.passes(masks, i) && !take(i)) return
  }
}
