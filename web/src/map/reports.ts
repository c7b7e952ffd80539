/** Reports on the overlay: single ones with their sign, owner and precision, many as a group that
 *  opens, and a fan of those that stand at one and the same place. */

import { gather, holds, rowsOf, type Gathered, type Group } from './gather'
import { metresAt, pixelOf, type Frame } from './mercator'
import { shadesOf, type MapTheme } from './palette'
import { EVERYTHING, type Filter, type Picture } from './picture'
import { Signs } from './signs'

const HIT_PX = 17
/** As many as a fan holds. */
export const FAN = 40
/** A sign that stands so far outside is not drawn. */
const AROUND_PX = 60
/** A circle smaller than this would hide behind its sign. */
const CIRCLE_PX = 15

/** What was hit: one report, or a group of many. */
export type Hit = { row: number } | { group: Group }

interface Fan {
  x: number
  y: number
  rows: number[]
  zoom: number
}

export class Reports {
  filter: Filter = EVERYTHING
  /** The address that is open beside the map. */
  chosen = ''
  private gathered?: Gathered
  private fan?: Fan

  constructor(
    readonly picture: Picture,
    private signs: Signs,
    private theme: MapTheme,
  ) {}

  setLook(signs: Signs, theme: MapTheme): void {
    this.signs = signs
    this.theme = theme
  }

  /** Draw circles, then groups and single reports, the chosen one and the fan last. */
  paint(pen: CanvasRenderingContext2D, frame: Frame): void {
    const gathered = this.gatheredFor(frame)
    if (this.fan && Math.abs(this.fan.zoom - frame.zoom) > 0.6) this.fan = undefined
    const groups = gathered.groups.filter((g) => {
      const [x, y] = pixelOf(frame, g.x, g.y)
      return x > -AROUND_PX && y > -AROUND_PX && x < frame.width + AROUND_PX && y < frame.height + AROUND_PX
    })
    groups.sort((a, b) => a.y - b.y)
    for (const group of groups) if (group.count === 1) this.circle(pen, frame, group.row)
    const chosen = this.chosen ? this.picture.row(this.chosen) : -1
    for (const group of groups) {
      const [x, y] = pixelOf(frame, group.x, group.y)
      if (group.count === 1) Signs.put(pen, this.sign(group.row, group.row === chosen), x, y)
      else this.signs.putGroup(pen, x, y, group.count, group.shares, this.picture.parties)
    }
    if (chosen >= 0) this.point(pen, frame, chosen)
    if (this.fan) this.paintFan(pen, frame, this.fan)
  }

  /** The groups around a frame; gathered anew only when they do not hold any more. */
  gatheredFor(frame: Frame): Gathered {
    if (!this.gathered || !holds(this.gathered, this.picture, this.filter, frame)) this.gathered = gather(this.picture, this.filter, frame)
    return this.gathered
  }

  private sign(row: number, chosen = false) {
    const { picture } = this
    return this.signs.mark(picture.categories[picture.category[row]!] ?? '', picture.parties[picture.party[row]!] ?? '', chosen)
  }

  /** Where the true place lies: a circle in metres. */
  private circle(pen: CanvasRenderingContext2D, frame: Frame, row: number): void {
    const { picture } = this
    const radius = (picture.radius[row]! / metresAt(picture.lat[row]!)) * frame.size
    if (radius < CIRCLE_PX || radius > 4000) return
    const [x, y] = pixelOf(frame, picture.x[row]!, picture.y[row]!)
    const color = this.signs.colorOf(picture.parties[picture.party[row]!] ?? '')
    pen.beginPath()
    pen.arc(x, y, radius, 0, 2 * Math.PI)
    pen.globalAlpha = 0.09
    pen.fillStyle = color
    pen.fill()
    pen.globalAlpha = 0.75
    pen.strokeStyle = color
    pen.lineWidth = 1.2
    pen.setLineDash([4, 3])
    pen.stroke()
    pen.setLineDash([])
    pen.globalAlpha = 1
  }

  /** The chosen report stands out, also out of the midst of a group. */
  private point(pen: CanvasRenderingContext2D, frame: Frame, row: number): void {
    this.circle(pen, frame, row)
    const [x, y] = pixelOf(frame, this.picture.x[row]!, this.picture.y[row]!)
    Signs.put(pen, this.sign(row, true), x, y)
  }

  // The fan -----------------------------------------------------------------------------

  /** Spread these rows around their place. */
  openFan(rows: number[], frame: Frame): void {
    this.fan = { x: this.picture.x[rows[0]!]!, y: this.picture.y[rows[0]!]!, rows, zoom: frame.zoom }
  }

  closeFan(): boolean {
    const open = this.fan !== undefined
    this.fan = undefined
    return open
  }

  private spots(frame: Frame, fan: Fan): [row: number, x: number, y: number][] {
    const [x, y] = pixelOf(frame, fan.x, fan.y)
    return fan.rows.map((row, i) => {
      const ring = fan.rows.length <= 10
      const angle = ring ? (2 * Math.PI * i) / fan.rows.length - Math.PI / 2 : 0.4 + Math.sqrt(i) * 2.1
      const reach = ring ? 34 + fan.rows.length * 2.4 : 34 + 15 * Math.sqrt(i)
      return [row, x + reach * Math.cos(angle), y + reach * Math.sin(angle)]
    })
  }

  private paintFan(pen: CanvasRenderingContext2D, frame: Frame, fan: Fan): void {
    const shades = shadesOf(this.theme)
    const [x, y] = pixelOf(frame, fan.x, fan.y)
    const spots = this.spots(frame, fan)
    pen.strokeStyle = shades.ink
    pen.globalAlpha = 0.55
    pen.lineWidth = 1
    pen.beginPath()
    for (const [, sx, sy] of spots) {
      pen.moveTo(x, y)
      pen.lineTo(sx, sy)
    }
    pen.stroke()
    pen.globalAlpha = 1
    for (const [row, sx, sy] of spots) Signs.put(pen, this.sign(row, this.picture.address(row) === this.chosen), sx, sy)
  }

  // Pointing ----------------------------------------------------------------------------

  /** What stands under a pixel, the uppermost first. */
  at(frame: Frame, px: number, py: number): Hit | null {
    if (this.fan) {
      const spot = this.spots(frame, this.fan).find(([, x, y]) => Math.hypot(x - px, y - py) <= HIT_PX)
      if (spot) return { row: spot[0] }
      const [x, y] = pixelOf(frame, this.fan.x, this.fan.y)
      if (Math.hypot(x - px, y - py) <= HIT_PX) return null
    }
    let best: Group | undefined
    let nearest = Infinity
    for (const group of this.gathered?.groups ?? []) {
      const [x, y] = pixelOf(frame, group.x, group.y)
      const away = Math.hypot(x - px, y - py)
      if (away <= HIT_PX + Math.min(8, Math.log10(group.count) * 3) && away < nearest) [best, nearest] = [group, away]
    }
    if (!best) return null
    return best.count === 1 ? { row: best.row } : { group: best }
  }

  /** The rows of a group, the newest first. */
  rows(group: Group, most = Infinity): number[] {
    if (!this.gathered) return []
    const rows = rowsOf(this.picture, this.filter, this.gathered, group, Infinity)
    return rows.sort((a, b) => this.picture.at[b]! - this.picture.at[a]!).slice(0, most)
  }

  /** West, south, east and north of rows on the square. */
  boundsOf(rows: readonly number[]): [x0: number, y0: number, x1: number, y1: number] {
    const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
    for (const row of rows) {
      const [x, y] = [this.picture.x[row]!, this.picture.y[row]!]
      box[0] = Math.min(box[0], x)
      box[1] = Math.min(box[1], y)
      box[2] = Math.max(box[2], x)
      box[3] = Math.max(box[3], y)
    }
    return box
  }
}
