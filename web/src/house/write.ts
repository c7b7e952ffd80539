/** Writing a record: at home by a plain post, to readers with the person's signature. */

import { post } from './api'
import { signAct } from './signing'

export interface Wanted {
  /** `borders.watch`. */
  kind: string
  body: Record<string, unknown>
  to?: readonly string[]
  about?: string
  refs?: readonly string[]
}

/** The new record's address; null when the person turned back. Throws Problem. */
export async function writeRecord(wanted: Wanted): Promise<string | null> {
  const { kind, body, about } = wanted
  const refs = [...(wanted.refs ?? [])]
  const to = [...(wanted.to ?? [])]
  if (to.length === 0) {
    const path = `/api/${kind.replace('.', '/')}`
    const said = await post<{ addresses: string[] }>(path, { body, about, refs })
    return said.addresses[0] ?? null
  }
  const signed = await signAct({ act: 'write', kind, body, label: { to }, about, refs })
  return signed?.address ?? null
}
