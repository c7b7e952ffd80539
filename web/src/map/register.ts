/** What this folder brings to the desk: bringing a record into view from its panel. The map itself
 *  is loaded by the desk when its place is seen. */

import { action } from '../house/registry'
import type { Shown } from '../house/shapes'
import { addWords } from '../house/words'

addWords({
  fr: { 'map.show': 'Montrer sur la carte' },
  en: { 'map.show': 'Show on the map' },
})

function hasPoint(shown: Shown | null): boolean {
  const body = shown?.record?.body
  return typeof body?.['lat_e7'] === 'number' && typeof body['lon_e7'] === 'number'
}

action({
  name: 'map.show',
  title: 'map.show',
  icon: 'map',
  when: hasPoint,
  run: (shown) => void dispatchEvent(new CustomEvent('toguna-fly', { detail: shown?.address })),
})
