/** The signs of the base map, drawn on a canvas when MapLibre first asks for them by name. */

import { shadesOf, type MapTheme } from './palette'
import { disc, glyph } from './signs'

export interface SignImage {
  data: ImageData
  ratio: number
}

const RATIO = 2
const RADIUS: Record<string, number> = { place: 1.7, city: 2.4, capital: 3 }

/** The image of `place-sun`, `capital-dark`, `airport-sun`; null: there is no such sign. */
export function imageOf(id: string): SignImage | null {
  const found = /^(place|city|capital|airport)-(sun|dark)$/.exec(id)
  if (!found) return null
  const [what, shades] = [found[1]!, shadesOf(found[2] as MapTheme)]
  const side = 14
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side * RATIO
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  pen.scale(RATIO, RATIO)
  const at = side / 2
  if (what === 'airport') glyph(pen, 'airport', at, at, 13, shades.inkWater, 1.6)
  else {
    const radius = RADIUS[what]!
    disc(pen, at, at, radius + 1.2, shades.halo)
    disc(pen, at, at, radius, shades.ink)
    if (what === 'capital') {
      pen.strokeStyle = shades.ink
      pen.lineWidth = 1
      pen.beginPath()
      pen.arc(at, at, radius + 1.8, 0, 2 * Math.PI)
      pen.stroke()
    }
  }
  return { data: pen.getImageData(0, 0, canvas.width, canvas.height), ratio: RATIO }
}
