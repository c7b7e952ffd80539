/** Measuring: a line of places with the length and the bearing of each leg, and the area inside. */

import { distance, number } from '../house/shape'
import { areaOf, legBetween, lineBetween } from './geodesy'
import { mercatorX, mercatorY, pixelOf, type Frame, type LonLat } from './mercator'
import { shadesOf, type MapTheme } from './palette'

export class Measure {
  on = false
  /** Whether the last place is joined to the first. */
  closed = false
  readonly places: LonLat[] = []
  private ahead?: LonLat

  begin(): void {
    this.on = true
    this.clear()
  }

  clear(): void {
    this.places.length = 0
    this.closed = false
    this.ahead = undefined
  }

  end(): void {
    this.on = false
    this.clear()
  }

  add(place: LonLat): void {
    if (this.closed) this.clear()
    this.places.push(place)
    this.ahead = undefined
  }

  /** Take the last place back. */
  back(): void {
    this.closed = false
    this.places.pop()
  }

  close(): void {
    this.closed = this.places.length > 2
    this.ahead = undefined
  }

  /** Where the pointer is: the next leg, not yet there. */
  follow(place: LonLat): boolean {
    if (!this.on || this.closed || !this.places.length) return false
    this.ahead = place
    return true
  }

  private all(): LonLat[] {
    const ends = this.closed ? [this.places[0]!] : this.ahead ? [this.ahead] : []
    return [...this.places, ...ends]
  }

  /** Metres along the line. */
  get metres(): number {
    const all = this.all()
    return all.slice(1).reduce((sum, place, i) => sum + legBetween(all[i]!, place).metres, 0)
  }

  /** Square metres inside; 0 while it is open. */
  get area(): number {
    return this.closed ? areaOf(this.places) : 0
  }

  /** First bearing of the last leg, degrees. */
  get bearing(): number | null {
    const all = this.all()
    return all.length < 2 ? null : legBetween(all.at(-2)!, all.at(-1)!).bearing
  }

  paint(pen: CanvasRenderingContext2D, frame: Frame, theme: MapTheme): void {
    const all = this.all()
    if (!all.length) return
    const shades = shadesOf(theme)
    const path = new Path2D()
    for (let i = 1; i < all.length; i++)
      lineBetween(all[i - 1]!, all[i]!).forEach((place, k) => {
        const [x, y] = pixelOf(frame, mercatorX(place.lon), mercatorY(place.lat))
        if (k === 0) path.moveTo(x, y)
        else path.lineTo(x, y)
      })
    pen.lineJoin = 'round'
    pen.strokeStyle = shades.halo
    pen.lineWidth = 5
    pen.stroke(path)
    pen.strokeStyle = shades.mark
    pen.lineWidth = 2.2
    pen.stroke(path)
    all.forEach((place, i) => {
      const [x, y] = pixelOf(frame, mercatorX(place.lon), mercatorY(place.lat))
      pen.beginPath()
      pen.arc(x, y, 4, 0, 2 * Math.PI)
      pen.fillStyle = shades.halo
      pen.fill()
      pen.lineWidth = 2
      pen.stroke()
      if (i) this.label(pen, frame, all[i - 1]!, place, theme)
    })
  }

  private label(pen: CanvasRenderingContext2D, frame: Frame, from: LonLat, to: LonLat, theme: MapTheme): void {
    const shades = shadesOf(theme)
    const leg = legBetween(from, to)
    const [ax, ay] = pixelOf(frame, mercatorX(from.lon), mercatorY(from.lat))
    const [bx, by] = pixelOf(frame, mercatorX(to.lon), mercatorY(to.lat))
    if (Math.hypot(bx - ax, by - ay) < 60) return
    const text = `${distance(leg.metres)} · ${bearingText(leg.bearing)}`
    pen.font = "600 11.5px 'Noto Sans', sans-serif"
    pen.textAlign = 'center'
    pen.textBaseline = 'middle'
    pen.lineWidth = 4
    pen.strokeStyle = shades.halo
    pen.strokeText(text, (ax + bx) / 2, (ay + by) / 2 - 11)
    pen.fillStyle = shades.ink
    pen.fillText(text, (ax + bx) / 2, (ay + by) / 2 - 11)
  }
}

/** `045°`: three digits, as bearings are read out. */
export function bearingText(degrees: number): string {
  return `${String(Math.round(degrees) % 360).padStart(3, '0')}°`
}

/** `850 m²`, `12 km²`. */
export function areaText(square_m: number): string {
  if (square_m < 1e5) return `${number(Math.round(square_m))} m²`
  const km = square_m / 1e6
  return `${number(km < 100 ? Math.round(km * 10) / 10 : Math.round(km))} km²`
}
