/** The graticule: meridians and parallels at a step that suits the zoom, with their degrees. */

import type { FeatureCollection } from 'geojson'

const STEPS: [zoom: number, degrees: number][] = [[11, 0.1], [9.5, 0.25], [8, 0.5], [6.5, 1], [5, 2], [3.7, 5], [2.4, 10]]

export interface View {
  west: number
  south: number
  east: number
  north: number
  zoom: number
}

/** Degrees between two lines of the grid. */
export function stepAt(zoom: number): number {
  return STEPS.find(([from]) => zoom >= from)?.[1] ?? 20
}

/** The lines of the grid around a view. */
export function gridOf(view: View): FeatureCollection {
  const step = stepAt(view.zoom)
  const [south, north] = [Math.max(-80, view.south - step), Math.min(80, view.north + step)]
  const [west, east] = [view.west - step, view.east + step]
  const lines: [number, number][][] = []
  for (const lon of ticks(west, east, step)) lines.push([[lon, south], [lon, north]])
  for (const lat of ticks(south, north, step)) lines.push([[west, lat], [east, lat]])
  return {
    type: 'FeatureCollection',
    features: lines.map((coordinates) => ({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates },
      properties: {},
    })),
  }
}

/** The multiples of `step` in a span. */
export function ticks(from: number, to: number, step: number): number[] {
  const found: number[] = []
  for (let i = Math.ceil(from / step); i * step <= to; i++) found.push(Number((i * step).toFixed(6)))
  return found
}
