/** Everything that is drawn on one map, and what pointing at it means. Without Lit: the element
 *  around it shows what the scene tells, and tells the scene what to do. */

import type { FeatureCollection } from 'geojson'
import type { MapMouseEvent } from 'maplibre-gl'

import { nowUs } from '../house/clock'
import { Backdrop } from './backdrop'
import type { Basemap } from './basemap'
import { MapCanvas, type Power } from './canvas'
import { countIn } from './gather'
import type { Look } from './lands'
import { Measure } from './measure'
import { frameOf, latOf, lonOf, mercatorX, mercatorY, metresAt, pixelOf, placeAt, placeAtE7, type Frame, type LonLat } from './mercator'
import { Overlay } from './overlay'
import { PaperPan } from './pan'
import { shadesOf } from './palette'
import type { Picture } from './picture'
import { FAN, Reports, type Hit } from './reports'
import { Signs } from './signs'
import { Tracks, type Tracked } from './tracks'

export interface Place {
  lat_e7: number
  lon_e7: number
}

export interface Circle extends Place {
  radius_m: number
  role?: string
}

/** What is under the pointer. */
export type Pointed = { hit: Hit } | { tracked: Tracked } | { address: string; name: string }

export interface SceneEvents {
  open(address: string): void
  pointed(what: Pointed | null, x: number, y: number): void
  pointer(place: Place | null): void
  moved(): void
  picked(place: Place): void
  measured(): void
  crowd(rows: number[]): void
}

const STEP_PX = 120

export class Scene {
  readonly reports: Reports
  readonly tracks: Tracks
  readonly measure = new Measure()
  readonly canvas: MapCanvas
  readonly overlay = new Overlay()
  circles: Circle[] = []
  picking = false
  /** Sources whose features open a record when they are clicked. */
  readonly openable = new Set<string>()
  private readonly paper?: PaperPan
  private readonly sizes: ResizeObserver

  constructor(
    private readonly host: HTMLElement,
    basemap: Basemap,
    readonly picture: Picture,
    private look: Look,
    private readonly power: Power,
    private readonly events: SceneEvents,
    start: { center: LonLat; zoom: number },
  ) {
    const box = document.createElement('div')
    box.className = 'drawn'
    this.overlay.canvas.className = 'overlay'
    host.replaceChildren(box, this.overlay.canvas)
    this.canvas = new MapCanvas(basemap, { container: box, look, power, center: [start.center.lon, start.center.lat], zoom: start.zoom })
    const signs = new Signs(look.theme, look.parties)
    this.reports = new Reports(this.picture, signs, look.theme)
    this.tracks = new Tracks(signs, look.theme)
    if (power === 'slow') this.paper = this.onPaper(basemap)
    this.overlay.add(10, (pen, frame) => this.paintCircles(pen, frame))
    this.overlay.add(20, (pen, frame) => this.reports.paint(pen, frame))
    this.overlay.add(30, (pen, frame) => this.tracks.paint(pen, frame, nowUs()))
    this.overlay.add(40, (pen, frame) => this.measure.paint(pen, frame, this.look.theme))
    this.sizes = new ResizeObserver(() => this.overlay.draw(this.frame()))
    this.sizes.observe(host)
    this.listen()
  }

  private onPaper(basemap: Basemap): PaperPan {
    const backdrop = new Backdrop(basemap)
    this.host.prepend(backdrop.canvas)
    return new PaperPan(this.map, (away) => {
      const frame = this.frame()
      if (away) backdrop.draw(frame, this.look)
      else backdrop.hide()
      this.overlay.draw(frame)
    })
  }

  get map() {
    return this.canvas.map
  }

  /** What is in view, where the hand has it now. */
  frame(): Frame {
    const { lng, lat } = this.map.getCenter()
    const { clientWidth: width, clientHeight: height } = this.host
    const frame = frameOf({ lon: lng, lat }, this.map.getZoom(), width, height)
    frame.x -= (this.paper?.dx ?? 0) / frame.size
    frame.y -= (this.paper?.dy ?? 0) / frame.size
    return frame
  }

  /** Draw what lies above the map again; the map itself stays as it is. */
  redraw(): void {
    this.overlay.draw(this.frame())
  }

  /** The same, before the next frame of the page. */
  redrawSoon(): void {
    this.overlay.redraw()
  }

  /** How many reports the filter lets through, and how many of them are in view. */
  counts(): { shown: number; inView: number } {
    const frame = this.frame()
    return { shown: this.reports.gatheredFor(frame).shown, inView: countIn(this.picture, this.reports.filter, frame) }
  }

  setLook(look: Look): void {
    this.look = look
    const signs = new Signs(look.theme, look.parties)
    this.reports.setLook(signs, look.theme)
    this.tracks.setLook(signs, look.theme)
    this.canvas.setLook(look)
    this.redraw()
  }

  /** Draw a stream of positions, or leave it out. */
  toggleStream(stream: string): void {
    const { hidden } = this.tracks
    if (!hidden.delete(stream)) hidden.add(stream)
    this.redraw()
  }

  /** Give a source of the map other features. */
  set(source: string, features: FeatureCollection): void {
    this.canvas.set(source, features)
  }

  // Pointing ----------------------------------------------------------------------------

  private listen(): void {
    const { map } = this
    map.on('render', () => this.redraw())
    map.on('moveend', () => this.events.moved())
    map.on('click', (event) => this.click(event))
    map.on('dblclick', (event) => this.doubleClick(event))
    map.on('mousemove', (event) => this.point(event))
    map.on('mouseout', () => {
      this.events.pointer(null)
      this.events.pointed(null, 0, 0)
    })
  }

  private click({ point: { x, y } }: MapMouseEvent): void {
    const frame = this.frame()
    if (this.picking) return this.events.picked(placeAtE7(frame, x, y))
    if (this.measure.on) {
      this.measure.add(placeAt(frame, x, y))
      this.events.measured()
      return this.redraw()
    }
    const pointed = this.at(x, y)
    const fanned = this.reports.closeFan()
    if (pointed && 'hit' in pointed) this.openHit(pointed.hit)
    else if (pointed && 'address' in pointed) this.events.open(pointed.address)
    else if (pointed) this.events.pointed(pointed, x, y)
    if (fanned || pointed) this.redraw()
  }

  private doubleClick(event: MapMouseEvent): void {
    if (!this.measure.on) return
    event.preventDefault()
    this.measure.back() // the second click of the two has set the same place again
    this.measure.close()
    this.events.measured()
    this.redraw()
  }

  private point({ point: { x, y } }: MapMouseEvent): void {
    const frame = this.frame()
    this.events.pointer(placeAtE7(frame, x, y))
    if (this.measure.follow(placeAt(frame, x, y))) {
      this.events.measured()
      return this.redrawSoon()
    }
    const pointed = this.picking || this.measure.on ? null : this.at(x, y)
    this.map.getCanvas().style.cursor = this.picking || this.measure.on ? 'crosshair' : pointed ? 'pointer' : ''
    this.events.pointed(pointed, x, y)
  }

  private at(x: number, y: number): Pointed | null {
    const frame = this.frame()
    const tracked = this.tracks.at(frame, x, y)
    if (tracked) return { tracked }
    const hit = this.reports.at(frame, x, y)
    if (hit) return { hit }
    const layers = this.map.getStyle().layers.filter((l) => 'source' in l && this.openable.has(l.source)).map((l) => l.id)
    const found = layers.length ? this.map.queryRenderedFeatures([x, y], { layers })[0] : undefined
    const address = found?.properties['address'] as string | undefined
    return address ? { address, name: String(found!.properties['name']) } : null
  }

  private openHit(hit: Hit): void {
    if ('row' in hit) return this.events.open(this.picture.address(hit.row))
    const rows = this.reports.rows(hit.group)
    const [x0, y0, x1, y1] = this.reports.boundsOf(rows)
    const frame = this.frame()
    const across = Math.max((x1 - x0) * frame.size, (y1 - y0) * frame.size)
    const room = Math.log2((0.6 * Math.min(frame.width, frame.height)) / Math.max(across, 1e-6))
    const zoom = Math.min(15.5, frame.zoom + room)
    if (zoom - frame.zoom > 0.7 && across > 1e-3) return this.show({ lon: lonOf((x0 + x1) / 2), lat: latOf((y0 + y1) / 2) }, zoom)
    if (rows.length > FAN) this.events.crowd(rows)
    this.reports.openFan(rows.slice(0, FAN), frame)
  }

  // Moving ------------------------------------------------------------------------------

  /** Go there; at once where the machine draws slowly or the reader wants no motion. */
  show(center: LonLat, zoom = this.map.getZoom()): void {
    const still = this.power === 'slow' || matchMedia('(prefers-reduced-motion: reduce)').matches
    if (still) this.map.jumpTo({ center, zoom })
    else this.map.easeTo({ center, zoom, duration: 450 })
  }

  /** Bring this box of degrees into view. */
  fit([west, south, east, north]: readonly [number, number, number, number]): void {
    this.map.fitBounds([west, south, east, north], { padding: 24, animate: this.power !== 'slow' })
  }

  /** Move by steps, as the arrow keys do. */
  step(dx: number, dy: number): void {
    this.map.panBy([dx * STEP_PX, dy * STEP_PX], { animate: this.power !== 'slow' })
  }

  zoomBy(steps: number): void {
    this.show(this.map.getCenter() as unknown as LonLat, this.map.getZoom() + steps)
  }

  /** The place in the middle of the view. */
  middle(): Place {
    const frame = this.frame()
    return placeAtE7(frame, frame.width / 2, frame.height / 2)
  }

  /** Circles that a form or a record wants to be seen. */
  private paintCircles(pen: CanvasRenderingContext2D, frame: Frame): void {
    const shades = shadesOf(this.look.theme)
    for (const circle of this.circles) {
      const lat = circle.lat_e7 / 1e7
      const [x, y] = pixelOf(frame, mercatorX(circle.lon_e7 / 1e7), mercatorY(lat))
      const radius = (circle.radius_m / metresAt(lat)) * frame.size
      const color = circle.role === 'leaving' ? shades.disputed : shades.mark
      pen.strokeStyle = pen.fillStyle = color
      pen.lineWidth = 2
      pen.setLineDash(circle.role === 'leaving' ? [6, 4] : [])
      pen.beginPath()
      pen.arc(x, y, Math.max(radius, 0.1), 0, 2 * Math.PI)
      pen.globalAlpha = 0.14
      pen.fill()
      pen.globalAlpha = 1
      pen.stroke()
      pen.setLineDash([])
      pen.beginPath()
      pen.moveTo(x - 7, y)
      pen.lineTo(x + 7, y)
      pen.moveTo(x, y - 7)
      pen.lineTo(x, y + 7)
      pen.stroke()
    }
  }

  close(): void {
    this.sizes.disconnect()
    this.paper?.close()
    this.overlay.close()
    this.canvas.close()
  }
}
