/** `<toguna-circles>`: a small still map of some places and the radius around each. A plain
 *  canvas: there may be several on a screen, on machines without a graphics card. */

import type { Feature, FeatureCollection, Position } from 'geojson'
import { css, html, nothing } from 'lit'

import { define, DeskElement } from '../house/element'
import { onTheme, shownTheme } from '../house/theme'
import { degrees, distance } from '../house/shape'
import { language, onLanguage, t } from '../house/words'
import { loadBasemap, type Basemap } from '../map/basemap'
import { metresAt, mercatorX, mercatorY, type Frame } from '../map/mercator'
import { shadesOf, type Shades } from '../map/palette'
import { base } from '../parts/base'
import { fitted } from './fitting'
import type { Point } from './place'
import './words.view'

/** A place and the radius around it, metres. `home` is what only we know. */
export interface Circle extends Point {
  radius_m: number
  role?: 'home' | 'leaving'
  label?: string
}

const MOST_NAMES = 9
const LABEL = '600 12px'

export class TogunaCircles extends DeskElement {
  static override properties = { circles: { attribute: false }, failed: { state: true } }
  static override styles = [
    base,
    css`
      :host {
        display: block;
        position: relative;
        height: 13rem;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        overflow: hidden;
        background: var(--paper-sunk);
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      p {
        margin: 8px 10px;
      }
    `,
  ]
  circles: Circle[] = []
  failed = false
  private basemap?: Basemap
  private ends: (() => void)[] = []
  private readonly sizes = new ResizeObserver(() => this.draw())

  override connectedCallback() {
    super.connectedCallback()
    this.sizes.observe(this)
    this.ends = [onTheme(() => this.draw()), onLanguage(() => this.draw())]
    loadBasemap().then(
      (basemap) => {
        this.basemap = basemap
        this.draw()
      },
      () => (this.failed = true),
    )
  }

  override disconnectedCallback() {
    super.disconnectedCallback()
    this.sizes.disconnect()
    for (const end of this.ends.splice(0)) end()
  }

  override updated() {
    this.draw()
  }

  private draw() {
    const canvas = this.renderRoot.querySelector('canvas')
    const { clientWidth: width, clientHeight: height } = this
    const pen = canvas?.getContext('2d')
    if (!canvas || !pen || !this.basemap || !this.circles.length || width < 20) return
    const ratio = Math.min(2, devicePixelRatio || 1)
    canvas.width = width * ratio
    canvas.height = height * ratio
    pen.scale(ratio, ratio)
    new Sheet(pen, fitted(this.circles, width, height), shadesOf(shownTheme())).paint(this.basemap, this.circles)
  }

  private get words(): string {
    return this.circles
      .map((one) => {
        const where = `${one.label ? `${one.label} : ` : ''}${degrees(one.lat_e7, one.lon_e7, one.radius_m >= 1000 ? 2 : 4)}`
        return one.radius_m ? `${where}, ${t('report.within', { distance: distance(one.radius_m) })}` : where
      })
      .join(' ; ')
  }

  override render() {
    if (this.failed) return html`<p class="soft">${t('circles.no_map')} ${this.words}</p>`
    return this.circles.length ? html`<canvas role="img" aria-label=${this.words}></canvas>` : nothing
  }
}
define('toguna-circles', TogunaCircles)

/** Draws one frame. */
class Sheet {
  private readonly taken: [number, number, number, number][] = []

  constructor(
    private readonly pen: CanvasRenderingContext2D,
    private readonly frame: Frame,
    private readonly shades: Shades,
  ) {}

  paint(basemap: Basemap, circles: readonly Circle[]): void {
    const { pen, frame, shades } = this
    pen.fillStyle = shades.water
    pen.fillRect(0, 0, frame.width, frame.height)
    this.areas(basemap.countries, shades.land)
    this.areas(basemap.lakes, shades.lake)
    this.lines(basemap.rivers, shades.river, 1)
    this.lines(basemap.borders, shades.memberBorder, 1.4, [6, 4])
    for (const circle of circles) this.circle(circle)
    this.scaleBar()
    for (const circle of circles) this.label(circle)
    this.names(basemap)
  }

  private xy([lon, lat]: Position): [number, number] {
    const { frame } = this
    return [(mercatorX(lon!) - frame.x) * frame.size, (mercatorY(lat!) - frame.y) * frame.size]
  }

  private trace(line: readonly Position[]): void {
    line.forEach((position, i) => (i ? this.pen.lineTo(...this.xy(position)) : this.pen.moveTo(...this.xy(position))))
  }

  private areas(found: FeatureCollection, fill: string): void {
    const { pen } = this
    pen.fillStyle = fill
    for (const feature of found.features) {
      pen.beginPath()
      for (const ring of ringsOf(feature)) this.trace(ring)
      pen.fill('evenodd')
    }
  }

  private lines(found: FeatureCollection, stroke: string, width: number, dash: number[] = []): void {
    const { pen } = this
    pen.strokeStyle = stroke
    pen.lineWidth = width
    pen.setLineDash(dash)
    for (const feature of found.features) {
      pen.beginPath()
      for (const line of linesOf(feature)) this.trace(line)
      pen.stroke()
    }
    pen.setLineDash([])
  }

  private at({ lat_e7, lon_e7 }: Point): [number, number] {
    return this.xy([lon_e7 / 1e7, lat_e7 / 1e7])
  }

  private pixels(circle: Circle): number {
    return (circle.radius_m / metresAt(circle.lat_e7 / 1e7)) * this.frame.size
  }

  private circle(circle: Circle): void {
    const { pen, shades } = this
    const [x, y] = this.at(circle)
    const home = circle.role === 'home'
    pen.strokeStyle = pen.fillStyle = home ? shades.ink : shades.mark
    pen.lineWidth = 2
    pen.beginPath()
    pen.setLineDash(home ? [4, 4] : [])
    pen.arc(x, y, this.pixels(circle), 0, 7)
    pen.stroke()
    pen.setLineDash([])
    if (!home) {
      pen.globalAlpha = 0.16
      pen.fill()
      pen.globalAlpha = 1
    }
    pen.beginPath()
    pen.arc(x, y, circle.radius_m ? 3 : 5, 0, 7)
    pen.fill()
    pen.strokeStyle = shades.ring
    pen.lineWidth = 1.5
    pen.stroke()
  }

  private label(circle: Circle): void {
    const words = circle.label ?? (circle.role ? t(`circles.${circle.role}`) : '')
    if (!words) return
    const [x, y] = this.at(circle)
    const width = this.widthOf(words, LABEL)
    // Beside the point, at the first corner that is free.
    const corners: [number, number][] = [[x + 8, y - 8], [x + 8, y + 16], [x - width - 8, y - 8], [x - width - 8, y + 16]]
    corners.some(([left, top]) => this.text(words, left, top, this.shades.ink, LABEL))
  }

  private names(basemap: Basemap): void {
    let shown = 0
    for (const { geometry, properties } of basemap.places.features) {
      if (shown >= MOST_NAMES) return
      const [x, y] = this.xy(geometry.coordinates)
      if (x < 0 || y < 8 || x > this.frame.width || y > this.frame.height - 8) continue
      const name = String(properties?.[language()] ?? '')
      if (!this.text(name, x + 6, y + 4, this.shades.inkSoft, '12px')) continue
      this.pen.beginPath()
      this.pen.arc(x, y, 2, 0, 7)
      this.pen.fill()
      shown += 1
    }
  }

  private widthOf(words: string, font: string): number {
    this.pen.font = `${font} 'Noto Sans', sans-serif`
    return this.pen.measureText(words).width
  }

  /** One line of text unless another stands there. */
  private text(words: string, x: number, y: number, fill: string, font: string): boolean {
    const { pen } = this
    const width = this.widthOf(words, font)
    const left = Math.min(x, this.frame.width - width - 4)
    const box: [number, number, number, number] = [left - 3, y - 12, left + width + 3, y + 4]
    if (this.taken.some((one) => one[0] < box[2] && box[0] < one[2] && one[1] < box[3] && box[1] < one[3])) return false
    this.taken.push(box)
    pen.lineWidth = 3
    pen.lineJoin = 'round'
    pen.strokeStyle = this.shades.halo
    pen.strokeText(words, left, y)
    pen.fillStyle = fill
    pen.fillText(words, left, y)
    return true
  }

  private scaleBar(): void {
    const { pen, frame, shades } = this
    const lat = (Math.atan(Math.sinh((0.5 - frame.y) * 2 * Math.PI)) * 180) / Math.PI
    const metre = frame.size / metresAt(lat)
    const most = (frame.width * 0.3) / metre
    const ten = 10 ** Math.floor(Math.log10(most))
    const metres = [5, 2, 1].map((n) => n * ten).find((n) => n <= most) ?? ten
    const [x, y, width] = [10, frame.height - 10, metres * metre]
    pen.strokeStyle = shades.ink
    pen.lineWidth = 2
    pen.beginPath()
    pen.moveTo(x, y - 5)
    pen.lineTo(x, y)
    pen.lineTo(x + width, y)
    pen.lineTo(x + width, y - 5)
    pen.stroke()
    this.text(distance(metres), x + 4, y - 4, shades.ink, '11px')
  }
}

function ringsOf({ geometry }: Feature): Position[][] {
  if (geometry.type === 'Polygon') return geometry.coordinates
  return geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : []
}

function linesOf({ geometry }: Feature): Position[][] {
  if (geometry.type === 'LineString') return [geometry.coordinates]
  return geometry.type === 'MultiLineString' ? geometry.coordinates : []
}
