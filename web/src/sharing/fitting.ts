/** The part of the map that shows some circles whole. Pure. */

import { frameOf, latOf, lonOf, mercatorX, mercatorY, metresAt, type Frame } from '../map/mercator'
import type { Point } from './place'

/** So much is shown around a bare point: enough to see where in the country it is. */
const AROUND_POINT_M = 40_000
/** A circle is shown with what lies around it; a small one not so near that nothing does. */
const AROUND_CIRCLE = 2.2
const LEAST_M = 8_000

/** A frame of this size in pixels around all circles. */
export function fitted(circles: readonly (Point & { radius_m: number })[], width: number, height: number): Frame {
  let [west, north, east, south] = [1, 1, 0, 0]
  for (const { lat_e7, lon_e7, radius_m } of circles) {
    const [x, y] = [mercatorX(lon_e7 / 1e7), mercatorY(lat_e7 / 1e7)]
    const around_m = radius_m ? Math.max(radius_m * AROUND_CIRCLE, LEAST_M) : AROUND_POINT_M
    const reach = around_m / metresAt(lat_e7 / 1e7)
    west = Math.min(west, x - reach)
    east = Math.max(east, x + reach)
    north = Math.min(north, y - reach)
    south = Math.max(south, y + reach)
  }
  const size = Math.min(width / (east - west), height / (south - north))
  const middle = { lon: lonOf((west + east) / 2), lat: latOf((north + south) / 2) }
  return frameOf(middle, Math.log2(size / 512), width, height)
}
