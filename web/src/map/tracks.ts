/** Positions, drawn once a second: an arrow for what moves, a dot for what stands, in the colour
 *  and with the letters of its owner; what is old fades, and is never moved on by guess. */

import { ago } from '../house/shape'
import { mercatorX, mercatorY, pixelOf, type Frame } from './mercator'
import { military } from './military'
import { shadesOf, type MapTheme } from './palette'
import { Signs } from './signs'

/** One second of a stream, as `GET /api/positions` sends it. */
export interface PositionFrame {
  stream: string
  at_us: number
  ids: string[]
  lat_e7: number[]
  lon_e7: number[]
  at: number[]
  track_deg?: (number | null)[]
  speed_ms?: (number | null)[]
  /** Codes of MIL-STD-2525 for friend, neutral, unknown or pending. */
  symbol?: (string | null)[]
  /** Set where the owner's label makes places coarse: so far from the point at most. */
  radius_m?: number | number[] | null
}

interface Stream {
  said: PositionFrame
  party: string
  x: Float64Array
  y: Float64Array
}

export interface Tracked {
  stream: string
  party: string
  id: string
  at: number
  track_deg: number | null
  speed_ms: number | null
  radius_m: number
  lat_e7: number
  lon_e7: number
}

const TURNS = 32
/** After this a position is old, and after that it is very old: it fades. Microseconds. */
const OLD_US = 60_000_000
const VERY_OLD_US = 600_000_000
const HIT_PX = 13
/** With no more than so many in view each has its name and its age beside it. */
const NAMED = 20

export class Tracks {
  /** Streams that are not drawn. */
  readonly hidden = new Set<string>()
  private readonly streams = new Map<string, Stream>()
  private readonly kept = new Map<string, HTMLCanvasElement>()

  constructor(
    private signs: Signs,
    private theme: MapTheme,
  ) {}

  setLook(signs: Signs, theme: MapTheme): void {
    this.signs = signs
    this.theme = theme
    this.kept.clear()
  }

  /** A whole frame of a stream takes the place of the one before. */
  take(said: PositionFrame): void {
    this.streams.set(said.stream, {
      said,
      party: said.stream.split('/')[0] ?? '',
      x: Float64Array.from(said.lon_e7, (v) => mercatorX(v / 1e7)),
      y: Float64Array.from(said.lat_e7, (v) => mercatorY(v / 1e7)),
    })
  }

  clear(): void {
    this.streams.clear()
  }

  get count(): number {
    return [...this.streams.values()].reduce((sum, s) => sum + s.said.ids.length, 0)
  }

  /** The streams with the number and the time of what they said last. */
  get heard(): { stream: string; party: string; count: number; at_us: number }[] {
    return [...this.streams.values()].map(({ said, party }) => ({ stream: said.stream, party, count: said.ids.length, at_us: said.at_us }))
  }

  paint(pen: CanvasRenderingContext2D, frame: Frame, now_us: number): void {
    const named: [Stream, number, number, number][] = []
    let seen = 0
    for (const stream of this.streams.values()) {
      const { said, x, y } = stream
      if (this.hidden.has(said.stream)) continue
      for (let i = 0; i < x.length; i++) {
        const px = (x[i]! - frame.x) * frame.size
        const py = (y[i]! - frame.y) * frame.size
        if (px < -20 || py < -20 || px > frame.width + 20 || py > frame.height + 20) continue
        const age = now_us - said.at[i]!
        pen.globalAlpha = age < OLD_US ? 1 : age < VERY_OLD_US ? 0.6 : 0.35
        this.sign(pen, stream, i, px, py, age >= OLD_US)
        if (++seen <= NAMED) named.push([stream, i, px, py])
      }
    }
    pen.globalAlpha = 1
    const taken: [x: number, y: number, width: number][] = []
    if (seen <= NAMED) for (const [stream, i, px, py] of named) this.name(pen, stream, i, px, py, now_us, taken)
  }

  /** The symbol of its code where it has one, else an arrow. */
  private sign(pen: CanvasRenderingContext2D, { said, party }: Stream, i: number, x: number, y: number, old: boolean): void {
    const track = said.track_deg?.[i] ?? null
    const code = said.symbol?.[i]
    const symbol = code ? military(code, track) : null
    if (symbol) {
      pen.drawImage(symbol.image, x - symbol.x, y - symbol.y, symbol.width, symbol.height)
      Signs.put(pen, this.signs.tag(party), x, y + 12)
    } else {
      pen.drawImage(this.arrow(party, track, old), x - 10, y - 10, 20, 20)
    }
  }

  /** A name beside its arrow, unless it would lie on another one. */
  private name(
    pen: CanvasRenderingContext2D, { said, party }: Stream, i: number, x: number, y: number, now_us: number, taken: [number, number, number][],
  ): void {
    const shades = shadesOf(this.theme)
    const text = `${party.toUpperCase()} ${said.ids[i]} · ${ago(said.at[i]!, now_us)}`
    pen.font = "10.5px 'Noto Sans', sans-serif"
    const width = pen.measureText(text).width + 16
    if (taken.some(([tx, ty, w]) => Math.abs(ty - y) < 13 && x < tx + w && tx < x + width)) return
    taken.push([x, y, width])
    pen.textBaseline = 'middle'
    pen.lineWidth = 3
    pen.strokeStyle = shades.halo
    pen.strokeText(text, x + 12, y)
    pen.fillStyle = now_us - said.at[i]! < OLD_US ? shades.ink : shades.inkSoft
    pen.fillText(text, x + 12, y)
  }

  /** An arrow in one of 32 directions, hollow when it is old; a dot where none is known. */
  private arrow(party: string, track: number | null, old: boolean): HTMLCanvasElement {
    const turn = track === null ? -1 : Math.round((track * TURNS) / 360) % TURNS
    const key = `${party}|${turn}|${old}`
    const known = this.kept.get(key)
    if (known) return known
    const image = document.createElement('canvas')
    image.width = image.height = 40
    const pen = image.getContext('2d')!
    const shades = shadesOf(this.theme)
    const color = this.signs.colorOf(party)
    pen.scale(2, 2)
    pen.translate(10, 10)
    if (turn >= 0) pen.rotate((2 * Math.PI * turn) / TURNS)
    const shape = new Path2D(turn >= 0 ? 'M0-8L5.500 6.500 0 3.500-5.500 6.500Z' : 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z')
    pen.lineJoin = 'round'
    pen.lineWidth = 3
    pen.strokeStyle = shades.halo
    pen.stroke(shape)
    pen.fillStyle = old ? shades.halo : color
    pen.fill(shape)
    if (old) {
      pen.lineWidth = 1.4
      pen.strokeStyle = color
      pen.stroke(shape)
    }
    this.kept.set(key, image)
    return image
  }

  /** The position under a pixel. */
  at(frame: Frame, px: number, py: number): Tracked | null {
    let best: [Stream, number] | undefined
    let nearest = HIT_PX
    for (const stream of this.streams.values())
      for (let i = 0; i < stream.x.length && !this.hidden.has(stream.said.stream); i++) {
        const [x, y] = pixelOf(frame, stream.x[i]!, stream.y[i]!)
        const away = Math.hypot(x - px, y - py)
        if (away < nearest) [best, nearest] = [[stream, i], away]
      }
    return best ? this.tracked(...best) : null
  }

  private tracked({ said, party }: Stream, i: number): Tracked {
    return {
      stream: said.stream,
      party,
      id: said.ids[i]!,
      at: said.at[i]!,
      track_deg: said.track_deg?.[i] ?? null,
      speed_ms: said.speed_ms?.[i] ?? null,
      radius_m: (Array.isArray(said.radius_m) ? said.radius_m[i] : said.radius_m) ?? 0,
      lat_e7: said.lat_e7[i]!,
      lon_e7: said.lon_e7[i]!,
    }
  }
}
