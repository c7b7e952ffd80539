/** Lands without names on a plain canvas. Where the hand has moved the drawn map away, this stands
 *  in until the map is drawn anew: one sees where one is going. */

import type { Basemap } from './basemap'
import type { Look } from './lands'
import { mercatorX, mercatorY, type Frame } from './mercator'
import { partyShades, shadesOf } from './palette'

/** Degrees: nearer to the one before, a vertex is left out. */
const COARSE = 0.04

export class Backdrop {
  readonly canvas = document.createElement('canvas')
  private readonly pen = this.canvas.getContext('2d', { alpha: false })!
  private readonly lands: { iso: string; path: Path2D }[]

  constructor(basemap: Basemap) {
    this.canvas.className = 'backdrop'
    this.canvas.hidden = true
    this.lands = basemap.countries.features.map(({ geometry, properties }) => {
      const path = new Path2D()
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : []
      for (const [outer] of polygons) if (outer) trace(path, outer as [number, number][])
      return { iso: properties.iso, path }
    })
  }

  /** Draw the lands as they stand in this frame. */
  draw(frame: Frame, look: Look): void {
    const { canvas, pen } = this
    if (canvas.width !== frame.width || canvas.height !== frame.height) {
      canvas.width = frame.width
      canvas.height = frame.height
    }
    const shades = shadesOf(look.theme)
    const parties = partyShades(look.parties, look.theme)
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.fillStyle = shades.water
    pen.fillRect(0, 0, frame.width, frame.height)
    pen.setTransform(frame.size, 0, 0, frame.size, -frame.x * frame.size, -frame.y * frame.size)
    for (const { iso, path } of this.lands) {
      pen.fillStyle = parties.get(iso)?.land ?? (look.neighbours.includes(iso) ? shades.neighbour : shades.land)
      pen.fill(path)
    }
    canvas.hidden = false
  }

  hide(): void {
    this.canvas.hidden = true
  }
}

function trace(path: Path2D, ring: [number, number][]): void {
  let [before_lon, before_lat] = [Infinity, Infinity]
  let first = true
  for (const [lon, lat] of ring) {
    if (Math.abs(lon - before_lon) + Math.abs(lat - before_lat) < COARSE) continue
    if (first) path.moveTo(mercatorX(lon), mercatorY(lat))
    else path.lineTo(mercatorX(lon), mercatorY(lat))
    first = false
    ;[before_lon, before_lat] = [lon, lat]
  }
  path.closePath()
}
