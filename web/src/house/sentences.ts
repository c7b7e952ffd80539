/**
 * What the node says, in the reader's language. The node speaks English; folders add the French
 * of the sentences that their forms may meet. A sentence that nobody knows is shown as it came.
 */

import { hasWords, language, t } from './words'

/** A sentence of the node, and its French, in which `$1` is the first group. */
export type Sentence = readonly [RegExp, string]

const known: Sentence[] = []

/** Add the French of sentences. The first that fits is taken. */
export function addFrench(sentences: readonly Sentence[]): void {
  known.push(...sentences)
}

/** One sentence of the node (or a key of words) in the language that is spoken. */
export function sentence(text: string): string {
  if (!text) return ''
  if (hasWords(text)) return t(text)
  if (language() === 'en') return text
  const found = known.find(([says]) => says.test(text))
  return found ? text.replace(found[0], found[1]) : text
}

addFrench([
  [/^there is nothing here for you$/, 'il n’y a rien ici pour vous'],
  [/^there is no (?:record|report) (\S+)$/, 'il n’y a pas de document $1'],
  [/^the node cannot be reached.*$/, 'le nœud ne répond pas'],
  [/^it failed inside$/, 'le nœud a rencontré une erreur'],
  [/^look in the node's log for request (\S+)$/, 'voir le journal du nœud, demande $1'],
  [/^Expected `(?:str|array)` of length >= 1.*$/, 'à remplir'],
  [/^Expected `str` of length <= (\d+).*$/, 'au plus $1 caractères'],
  [/^Expected `int` >= (-?\d+).*$/, 'au moins $1'],
  [/^Expected `int` <= (-?\d+).*$/, 'au plus $1'],
  [/^Object missing required field `(\w+)`.*$/, 'il manque : $1'],
  [/^there is no party '(\w+)'$/, 'il n’y a pas de partie « $1 »'],
  [/^the text is empty, too long or not printable$/, 'le texte est vide, trop long ou illisible'],
  [/^give one line of 1 to (\d+) characters, or leave it out$/, 'une ligne de 1 à $1 caractères, ou rien'],
  [/^key \w+ is not enrolled$/, 'la clé de cet appareil n’est pas approuvée'],
  [/^key \w+ was cancelled$/, 'la clé de cet appareil est annulée'],
  [/^key \w+ does not sign as (\w+)$/, 'cette clé ne signe pas pour la fonction « $1 »'],
  [/^the term of key \w+ is over$/, 'le mandat de cette clé est terminé'],
  [/^ask your keeper to approve the key of this device$/, 'demandez au gardien d’approuver la clé de cet appareil'],
  [/^there is nothing to sign here any more$/, 'il n’y a plus rien à signer ici'],
  [/^look at it and sign again$/, 'relisez et signez de nouveau'],
])
