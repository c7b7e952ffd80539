/** What the map looks like for whoever sits here, and where it begins. */

import { session } from '../house/api'
import { shownTheme } from '../house/theme'
import { language } from '../house/words'
import type { Basemap } from './basemap'
import type { Look } from './lands'

type Box = [west: number, south: number, east: number, north: number]

/** Theme, language, the parties of the charter and the countries around them. */
export function lookOf(basemap: Basemap): Look {
  const { party, parties } = session()
  const all = [...new Set([party, ...parties])].filter(Boolean)
  return { theme: shownTheme(), language: language(), parties: all, neighbours: neighbours(basemap, new Set(all)) }
}

function neighbours(basemap: Basemap, parties: ReadonlySet<string>): string[] {
  const found = new Set<string>()
  for (const { properties } of basemap.borders.features) {
    const { a, b } = properties as { a: string; b: string }
    if (parties.has(a)) found.add(b)
    if (parties.has(b)) found.add(a)
  }
  return [...found].filter((iso) => iso !== '' && !parties.has(iso))
}

/** The lands of the parties that have one, else the region of the basemap. */
export function homeOf(basemap: Basemap, parties: readonly string[]): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { properties, geometry } of basemap.countries.features)
    if (parties.includes(properties.iso) && 'coordinates' in geometry) widen(box, geometry.coordinates as Nested)
  return box[0] <= box[2] ? box : basemap.about.region
}

type Nested = number[] | Nested[]

function widen(box: Box, coordinates: Nested): void {
  const [first, second] = coordinates
  if (typeof first !== 'number') return (coordinates as Nested[]).forEach((inner) => widen(box, inner))
  box[0] = Math.min(box[0], first)
  box[1] = Math.min(box[1], second as number)
  box[2] = Math.max(box[2], first)
  box[3] = Math.max(box[3], second as number)
}
