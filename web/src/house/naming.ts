/** What a record is called, in the reader's language where its author gave both. */

import { kindTitle } from './kinds'
import { nounOf } from './shapes'
import { firstOf, language, t } from './words'

type Loose = Record<string, unknown>

/** One line for a document of a list or the body of a record; empty when it has none. */
export function titleOf(doc: Loose): string {
  const both = language() === 'en' ? ['title_en', 'title'] : ['title', 'title_en']
  const names = [...both, 'name', 'subject', 'question', 'why', 'text', 'reason', 'where_text']
  const text = names.map((name) => doc[name]).find((one) => typeof one === 'string' && one)
  // An answer is one word out of a few, often without a text of its own.
  const word = typeof doc['answer'] === 'string' ? valueName('', 'answer', doc['answer']) : ''
  return [word, text ? firstLine(text as string) : ''].filter(Boolean).join(' · ') || stateOf(doc)
}

/** What a document without a text says all the same: quiet, closed. */
function stateOf(doc: Loose): string {
  const name = ['posture', 'state'].find((one) => typeof doc[one] === 'string')
  return name ? valueName(String(doc['kind'] ?? ''), name, doc[name] as string) : ''
}

/** The text of a body, in the reader's language where there are two. */
export function textOf(body: Loose): string {
  const names = language() === 'en' ? ['text_en', 'text'] : ['text', 'text_en']
  const found = names.map((name) => body[name]).find((text) => typeof text === 'string' && text)
  return (found as string | undefined) ?? ''
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? ''
  return line.length > 160 ? `${line.slice(0, 157)}…` : line
}

/** What a field is called: by its kind, by its name alone, else its name with blanks. */
export function fieldName(kind: string, name: string): string {
  const bare = name.replace(/_(?:us|e7|m|s)$/, '')
  const noun = nounOf(kind)
  const keys = [`of.${noun}.${name}`, `of.${name}`, `of.${bare}`]
  return firstOf(keys, bare.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase()))
}

/** What a value out of a closed list is called. */
export function valueName(kind: string, name: string, value: string | number): string {
  const noun = nounOf(kind)
  const keys = [`value.${noun}.${name}.${value}`, `value.${name}.${value}`, `value.${value}`]
  return firstOf(keys, String(value).replaceAll('_', ' '))
}

/** What waits, in words: `alerts.acknowledge` is `waiting.alerts.acknowledge`. */
export function waitingName(what: string): string {
  return firstOf([`waiting.${what}`], what)
}

/** The title of a kind; what a screen says of it while kinds are not read yet. */
export function kindName(kind: string): string {
  return firstOf([`kind.${nounOf(kind)}`], kindTitle(kind)) || t('desk.record')
}
