/** Of which field a refusal speaks, and its words without the path. Pure. */

/** The name of the field: out of the path at the end of the sentence, else out of `where`. */
export function placeNamed(where: string, what: string): string {
  const path = /- at `\$\.?([^`]+)`/.exec(what)?.[1] ?? where.replace(/^\$?\.?/, '')
  return path.replace(/^body\./, '').replace(/\[.*$/, '')
}

/** The sentence without the path at its end. */
export function withoutPath(what: string): string {
  return what.replace(/ - at `.*$/, '')
}
