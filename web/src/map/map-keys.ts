/** What the keys do while the map has the focus. */

import type { Scene } from './scene'

export interface Keyed {
  task: string
  panel: string
  escape: () => void
  /** Choose the middle, while a place is chosen. */
  here: () => void
  close: () => void
  back: () => void
}

/** Do what a key means; false when it means nothing here. */
export function pressed(event: KeyboardEvent, scene: Scene, by: Keyed): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const does = moves(scene)[event.key] ?? tasks(by)[event.key]
  if (!does) return false
  event.preventDefault()
  event.stopPropagation()
  does()
  return true
}

function moves(scene: Scene): Record<string, () => void> {
  return {
    ArrowLeft: () => scene.step(-1, 0),
    ArrowRight: () => scene.step(1, 0),
    ArrowUp: () => scene.step(0, -1),
    ArrowDown: () => scene.step(0, 1),
    '+': () => scene.zoomBy(1),
    '=': () => scene.zoomBy(1),
    '-': () => scene.zoomBy(-1),
  }
}

function tasks(by: Keyed): Record<string, () => void> {
  if (by.task === 'pick') return { Enter: by.here, Escape: by.escape }
  if (by.task === 'measure') return { Enter: by.close, Backspace: by.back, Escape: by.escape }
  return by.panel ? { Escape: by.escape } : {}
}
