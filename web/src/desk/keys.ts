/** Keys of the whole desk. Single letters can be turned off (WCAG 2.1.4). */

import { deepActive } from '../parts/dialog'

const SAVED = 'toguna.keys'

/** Whether single letters act. */
export function lettersAct(): boolean {
  return localStorage.getItem(SAVED) !== 'off'
}

/** Let single letters act, or not. */
export function letLettersAct(yes: boolean): void {
  localStorage.setItem(SAVED, yes ? 'on' : 'off')
}

interface Desk {
  closePanel(): void
  focusOn(place: 'waiting' | 'changed' | 'main' | 'panel'): void
  move(by: number): void
  show(what: 'toguna-palette' | 'toguna-shortcuts'): void
}

/** The keys and what they do, as the help lists them. */
export const SHORTCUTS: readonly (readonly [string, string])[] = [
  ['Ctrl+K', 'keys.palette'],
  ['?', 'keys.help'],
  ['1', 'keys.waiting'],
  ['2', 'keys.changed'],
  ['3', 'keys.main'],
  ['4', 'keys.panel'],
  ['j', 'keys.next'],
  ['k', 'keys.before'],
  ['Enter', 'keys.open'],
  ['Esc', 'keys.close'],
]

export class Keys {
  constructor(private readonly desk: Desk) {}

  listen(): void {
    addEventListener('keydown', this.pressed)
  }

  end(): void {
    removeEventListener('keydown', this.pressed)
  }

  private pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      this.desk.show('toguna-palette')
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || inDialog(event)) return
    if (event.key === 'Escape') {
      if (!writes(deepActive())) this.desk.closePanel()
      return
    }
    if (!lettersAct() || writes(deepActive())) return
    const act = this.acts[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  private readonly acts: Record<string, () => void> = {
    '?': () => this.desk.show('toguna-shortcuts'),
    '/': () => this.desk.show('toguna-palette'),
    '1': () => this.desk.focusOn('waiting'),
    '2': () => this.desk.focusOn('changed'),
    '3': () => this.desk.focusOn('main'),
    '4': () => this.desk.focusOn('panel'),
    j: () => this.desk.move(1),
    k: () => this.desk.move(-1),
  }
}

/** Whether what is pressed goes into a field. */
function writes(element: Element | null): boolean {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches('input, textarea, select'))
}

function inDialog(event: Event): boolean {
  return event.composedPath().some((one) => one instanceof HTMLDialogElement && one.open)
}
