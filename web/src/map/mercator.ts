/** Web Mercator on the unit square, and where its points stand on the screen. */

export interface LonLat {
  lon: number
  lat: number
}

const E7 = 1e7
const MOST_LAT = 85.051129

/** 0 at 180° west, 1 at 180° east. */
export function mercatorX(lon: number): number {
  return lon / 360 + 0.5
}

/** 0 in the north, 1 in the south. */
export function mercatorY(lat: number): number {
  const bound = Math.max(-MOST_LAT, Math.min(MOST_LAT, lat))
  const sine = Math.sin((bound * Math.PI) / 180)
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
}

/** Longitude of a place on the square. */
export function lonOf(x: number): number {
  return (x - 0.5) * 360
}

/** Latitude of a place on the square. */
export function latOf(y: number): number {
  return (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI
}

/** Metres that one unit of the square is long at this latitude, on the sphere of Web Mercator. */
export function metresAt(lat: number): number {
  return 40_075_016.686 * Math.cos((lat * Math.PI) / 180)
}

/** What part of the square the screen shows: `size` pixels for the whole square. */
export interface Frame {
  /** The left upper corner on the square. */
  x: number
  y: number
  size: number
  width: number
  height: number
  zoom: number
}

/** The frame of a map without rotation and pitch. */
export function frameOf(center: LonLat, zoom: number, width: number, height: number): Frame {
  const size = 512 * 2 ** zoom
  return {
    x: mercatorX(center.lon) - width / 2 / size,
    y: mercatorY(center.lat) - height / 2 / size,
    size,
    width,
    height,
    zoom,
  }
}

/** Pixels from the left upper corner. */
export function pixelOf(frame: Frame, x: number, y: number): [number, number] {
  return [(x - frame.x) * frame.size, (y - frame.y) * frame.size]
}

/** The place under a pixel. */
export function placeAt(frame: Frame, px: number, py: number): LonLat {
  return { lon: lonOf(frame.x + px / frame.size), lat: latOf(frame.y + py / frame.size) }
}

/** The place under a pixel in degrees × 10^7. */
export function placeAtE7(frame: Frame, px: number, py: number): { lat_e7: number; lon_e7: number } {
  const { lon, lat } = placeAt(frame, px, py)
  return { lat_e7: Math.round(lat * E7), lon_e7: Math.round(lon * E7) }
}
