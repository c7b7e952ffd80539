/** The kinds of record as their domains declare them; read once. */

import { get } from './api'
import { listsAt } from './eyes'
import { nounOf, type KindShown } from './shapes'
import { language } from './words'

let asked: Promise<KindShown[]> | undefined
let known: KindShown[] = []

/** Every kind of this node. */
export function kinds(): Promise<KindShown[]> {
  asked ??= get<{ kinds: KindShown[] }>('/api/kinds').then(
    (found) => {
      listsAt(found.kinds.map((kind) => kind.path))
      return (known = found.kinds)
    },
    (error: unknown) => {
      asked = undefined
      throw error
    },
  )
  return asked
}

/** The kind of this name; `sharing.report` finds `sharing.report/1`. */
export async function kindOf(name: string): Promise<KindShown | undefined> {
  return found(await kinds(), name)
}

/** The same, once kinds are read. */
export function knownKind(name: string): KindShown | undefined {
  return found(known, name)
}

/** The title of a kind in the current language, once kinds are read; its name until then. */
export function kindTitle(name: string): string {
  const kind = found(known, name)
  if (!kind) return nounOf(name)
  return language() === 'fr' ? kind.title_fr : kind.title_en
}

function found(among: readonly KindShown[], name: string): KindShown | undefined {
  return among.find((kind) => kind.name === name) ?? among.findLast((kind) => nounOf(kind.name) === nounOf(name))
}
