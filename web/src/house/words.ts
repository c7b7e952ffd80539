/** Words in both languages, French first. Every folder adds its own with `addWords`. */

import type { LitElement, ReactiveController, ReactiveControllerHost } from 'lit'

export type Language = 'fr' | 'en'
export const LANGUAGES: readonly Language[] = ['fr', 'en']

type Words = Record<string, string>
type Params = Record<string, string | number>
const known: Record<Language, Map<string, string>> = { fr: new Map(), en: new Map() }
const heard = new Set<() => void>()
const SAVED = 'toguna.language'
let spoken: Language = 'fr'

/**
 * Add words. The compiler refuses English that lacks a key of the French, or has one more.
 * In a text `{name}` is a parameter, and `{n|one|many}` chooses by the plural rule of the
 * language and the number `n`; `#` in it is that number.
 */
export function addWords<W extends Words>(words: { fr: W; en: { [K in keyof W]: string } }): void {
  for (const language of LANGUAGES)
    for (const [key, text] of Object.entries(words[language])) known[language].set(key, text)
}

/** The text of a key in the current language; the key itself where nobody gave words. */
export function t(key: string, params: Params = {}): string {
  const text = known[spoken].get(key)
  if (text === undefined) return key
  return text.includes('{') ? filled(text, params) : text
}

/** A name and its value in one line; French sets a space before the colon. */
export function pair(name: string, value: string): string {
  return t('house.pair', { name, value })
}

/** Somebody's own words. */
export function quote(text: string): string {
  return t('house.quote', { text })
}

/** The text of the first of these keys that has one, else `otherwise`. */
export function firstOf(keys: readonly string[], otherwise: string): string {
  const key = keys.find(hasWords)
  return key === undefined ? otherwise : t(key)
}

/** Whether this key has words. */
export function hasWords(key: string): boolean {
  return known[spoken].has(key)
}

/** Every key of a language, for tests. */
export function keysOf(language: Language): string[] {
  return [...known[language].keys()]
}

function filled(text: string, params: Params): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one, many) => {
    const value = params[name]
    if (value === undefined) return whole
    if (one === undefined) return String(value)
    const form = new Intl.PluralRules(spoken).select(Number(value)) === 'one' ? one : many
    return (form as string).replaceAll('#', numbers().format(Number(value)))
  })
}

/** How numbers are written in the current language. */
export function numbers(): Intl.NumberFormat {
  return new Intl.NumberFormat(locale())
}

/** The locale of the current language. */
export function locale(): string {
  return spoken === 'fr' ? 'fr-FR' : 'en-GB'
}

/** The language that is spoken now. */
export function language(): Language {
  return spoken
}

/** Speak this language from now on, here and the next time. */
export function setLanguage(wanted: Language): void {
  localStorage.setItem(SAVED, wanted)
  speak(wanted)
}

/** The language chosen on this device, else `otherwise`, else the browser's, else French. */
export function beginSpeaking(otherwise?: string): void {
  const wanted = [localStorage.getItem(SAVED), otherwise, ...navigator.languages]
  const found = wanted.map((one) => one?.slice(0, 2)).find((one) => one === 'fr' || one === 'en')
  speak(found === 'en' ? 'en' : 'fr')
}

function speak(wanted: Language): void {
  spoken = wanted
  document.documentElement.lang = wanted
  for (const hear of heard) hear()
}

/** Something that many words rest on was read (the titles of kinds): all is said anew. */
export function sayAgain(): void {
  for (const hear of heard) hear()
}

/** Call `hear` at every change of language; what is returned ends it. */
export function onLanguage(hear: () => void): () => void {
  heard.add(hear)
  return () => heard.delete(hear)
}

/** Renders its element again when the language changes. */
export class Speaks implements ReactiveController {
  private end?: () => void

  constructor(private readonly host: ReactiveControllerHost & Partial<LitElement>) {
    host.addController(this)
  }

  hostConnected(): void {
    this.end = onLanguage(() => this.host.requestUpdate())
  }

  hostDisconnected(): void {
    this.end?.()
  }
}
