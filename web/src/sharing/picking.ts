/** A place taken from the map: from the desk's own map where one sees it beside the form, else
 *  from a map that opens in the form. */

import type { Point } from './place'

interface Map extends HTMLElement {
  pick(): Promise<Point | null>
}

const LEAST_PX = 200
const WAITS_MS = 15_000

/** The place that somebody points at; null when they turn back. */
export async function pickPlace(host: HTMLElement): Promise<Point | null> {
  const beside = deskMap()
  if (beside) return beside.pick()
  await import('../map/map')
  const map = document.createElement('toguna-map') as Map
  map.style.height = '100%'
  map.style.display = 'block'
  host.hidden = false
  host.replaceChildren(map)
  try {
    await drawn(map)
    host.scrollIntoView({ block: 'nearest' })
    return await map.pick()
  } finally {
    host.replaceChildren()
  }
}

/** The map of the desk, if it can be seen. */
function deskMap(): Map | null {
  const place = document.querySelector('toguna-desk')?.shadowRoot?.querySelector('toguna-place')
  const map = place?.shadowRoot?.querySelector<Map>('toguna-map')
  if (!map || typeof map.pick !== 'function' || !map.checkVisibility()) return null
  const { width, height } = map.getBoundingClientRect()
  return width >= LEAST_PX && height >= LEAST_PX ? map : null
}

/** Until the map has drawn itself; a canvas in it is the sign. */
async function drawn(map: HTMLElement): Promise<void> {
  const ends = Date.now() + WAITS_MS
  while (!map.shadowRoot?.querySelector('canvas') && Date.now() < ends)
    await new Promise((resolve) => setTimeout(resolve, 100))
}
