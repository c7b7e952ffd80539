/** All that the palette can do, and how what is typed finds it. Pure but for the lists it reads. */

/** One line of the palette. `words` are what it is found by, besides its title. */
export interface Command {
  title: string
  group: string
  icon: string
  words?: string
  run: () => void | Promise<void>
}

/** Small letters without accents: `Sécurité` is found by `securite`. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** How well a command fits what was typed; 0: not at all. Every typed word must be found. */
export function fit(command: Command, typed: string): number {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  const title = plain(command.title)
  const all = `${title} ${plain(command.words ?? '')} ${plain(command.group)}`
  if (!words.every((word) => all.includes(word))) return 0
  if (words.length === 0) return 1
  const first = words[0] ?? ''
  return title.startsWith(first) ? 4 : title.split(/\s+/).some((word) => word.startsWith(first)) ? 3 : title.includes(first) ? 2 : 1
}

/** The commands that fit, the best first, in their own order where they fit alike. */
export function found(commands: readonly Command[], typed: string): Command[] {
  return commands
    .map((command, place) => ({ command, place, fits: fit(command, typed) }))
    .filter(({ fits }) => fits > 0)
    .sort((a, b) => b.fits - a.fits || a.place - b.place)
    .map(({ command }) => command)
}

const ADDRESS = /^\s*([a-z][a-z0-9_-]*)[\s/]+(home|spine)[\s/]+(\d+)\s*$/i

/** The address that was typed: `ml spine 3` is `ml/spine/3`; empty when it is none. */
export function addressIn(typed: string): string {
  const parts = ADDRESS.exec(typed)
  return parts ? `${parts[1]}/${parts[2]}/${parts[3]}`.toLowerCase() : ''
}
