/** Sun, dark, or as the device says. */

export type Theme = 'sun' | 'dark' | 'auto'
const SAVED = 'toguna.theme'
const heard = new Set<() => void>()
const dark = matchMedia('(prefers-color-scheme: dark)')

/** What was chosen on this device. */
export function theme(): Theme {
  const saved = localStorage.getItem(SAVED)
  return saved === 'sun' || saved === 'dark' ? saved : 'auto'
}

/** What is shown: never `auto`. */
export function shownTheme(): 'sun' | 'dark' {
  const chosen = theme()
  return chosen === 'auto' ? (dark.matches ? 'dark' : 'sun') : chosen
}

/** Choose, here and for the next time. */
export function setTheme(wanted: Theme): void {
  localStorage.setItem(SAVED, wanted)
  applyTheme()
}

/** Show what was chosen. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = shownTheme()
  for (const hear of heard) hear()
}

/** Call `hear` at every change; what is returned ends it. */
export function onTheme(hear: () => void): () => void {
  heard.add(hear)
  return () => heard.delete(hear)
}

dark.addEventListener('change', () => {
  if (theme() === 'auto') applyTheme()
})
