/** Signs of the map's own buttons, beside those of the house. */

import { ICONS } from '../parts/icon'

Object.assign(ICONS, {
  layers: 'M12 3 2.500 8.500 12 14l9.500-5.500zM4.500 12.500 12 17l7.500-4.500M4.500 16.500 12 21l7.500-4.500',
  ruler: 'M3 16.500 16.500 3 21 7.500 7.500 21zM7 12.500l2 2M10 9.500l3 3M13 6.500l2 2',
  play: 'M7 4.500v15l12-7.500z',
  pause: 'M8 5v14M16 5v14',
  frame: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
})
