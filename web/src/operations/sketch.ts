/** Places on a small drawing, to scale, north up: borders, corridors, areas. Pure. */

import type { Pair, Volume } from './shapes'

const METRE_E7 = 1e7 / 111_194.93

export interface Frame {
  width: number
  height: number
  /** Pixels of a place. */
  at(place: Pair): [number, number]
  /** Pixels of a length. */
  long(metres: number): number
}

/** The squeeze of longitudes at the middle of these places. */
function squeeze(places: readonly Pair[]): number {
  const mean = places.reduce((sum, [, lat]) => sum + lat, 0) / Math.max(1, places.length)
  return Math.max(0.02, Math.cos((mean / 1e7) * (Math.PI / 180)))
}

/** A line moved to its right by so many metres, in the local plane; corners are mitred. */
export function beside(line: readonly Pair[], metres: number): Pair[] {
  const across = squeeze(line)
  const flat = line.map(([lon, lat]): Pair => [lon * across, lat])
  const normal = (k: number): Pair | null => {
    const [a, b] = [flat[k], flat[k + 1]]
    if (!a || !b) return null
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
    const size = Math.hypot(dx, dy)
    return size ? [dy / size, -dx / size] : null
  }
  return flat.map(([x, y], k): Pair => {
    const sides = [normal(k - 1), normal(k)].filter((one): one is Pair => one !== null)
    const sum = sides.reduce<Pair>(([p, q], [r, s]) => [p + r, q + s], [0, 0])
    const size = Math.hypot(...sum) || 1
    const [nx, ny] = [sum[0] / size, sum[1] / size]
    // A sharp bend must not throw its corner far away.
    const cut = Math.max(0.5, sides[0] ? nx * sides[0][0] + ny * sides[0][1] : 1)
    const step = (metres * METRE_E7) / cut
    return [Math.round((x + nx * step) / across), Math.round(y + ny * step)]
  })
}

/** The land to the right of a line, so many metres deep, as a ring that is not closed. */
export function strip(line: readonly Pair[], metres: number): Pair[] {
  return [...line, ...beside(line, metres).reverse()]
}

/** Every place of a volume. */
export function placesOf(volume: Volume): Pair[] {
  return [...(volume.area ?? []).flat(), ...(volume.line ?? [])]
}

/** A drawing of this width in which all these places lie. */
export function frameOf(places: readonly Pair[], width: number, least = 0.45, margin_m = 0): Frame {
  const across = squeeze(places)
  const xs = places.map(([lon]) => lon * across)
  const ys = places.map(([, lat]) => lat)
  const more = margin_m * METRE_E7
  const [west, east] = [Math.min(...xs) - more, Math.max(...xs) + more]
  const [south, north] = [Math.min(...ys) - more, Math.max(...ys) + more]
  const height = width * Math.min(0.85, Math.max(least, (north - south) / Math.max(1, east - west)))
  const pad = 18
  const scale = Math.min((width - 2 * pad) / Math.max(1, east - west), (height - 2 * pad) / Math.max(1, north - south))
  const [mx, my] = [(west + east) / 2, (south + north) / 2]
  return {
    width,
    height,
    at: ([lon, lat]) => [width / 2 + (lon * across - mx) * scale, height / 2 - (lat - my) * scale],
    long: (metres) => metres * METRE_E7 * scale,
  }
}

/** A round length for a scale bar of at most so many pixels. */
export function scaleOf(frame: Frame, most_px: number): number {
  const most_m = most_px / frame.long(1)
  const power = 10 ** Math.floor(Math.log10(most_m))
  return [5, 2, 1].map((one) => one * power).find((one) => one <= most_m) ?? power
}

/** The `d` or `points` of a path. */
export function pathOf(frame: Frame, places: readonly Pair[]): string {
  return places.map((place) => frame.at(place).map((px) => px.toFixed(1)).join(',')).join(' ')
}
