/** Saying something about operations. One tap: the page checks the bytes itself and signs them. */

import { post, session } from '../house/api'
import { signAct, type Signing } from '../house/signing'
import { partyIds } from '../parts/party-ticks'
import { readersOf } from './shapes'

const atOnce = (signing: Signing) => signing.sign()

export interface Word {
  /** `operations.consent`. */
  kind: string
  body: object
  /** What it is about: its address, author and readers. */
  about: { address: string; party: string; to: readonly string[] }
  flash?: boolean
  /** The office that speaks; that of the bar unless given. */
  office?: string
}

/** Sign it for all who know of what it is about; where it stands. What nobody else knows of
 *  stays at home, and needs no signature. */
export async function say({ kind, body, about, flash = false, office = session().office }: Word): Promise<string> {
  const to = readersOf(about.party, about.to, session().party, partyIds())
  if (to.length === 0) {
    const path = `/api/${kind.replace('.', '/')}`
    const { addresses } = await post<{ addresses: string[] }>(path, { body, about: about.address, office })
    return addresses[0] ?? ''
  }
  const asked = { act: 'write' as const, kind, body, about: about.address, label: { to }, flash, office }
  return (await signAct(asked, { confirm: atOnce }))?.address ?? ''
}
