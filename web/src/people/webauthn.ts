/** Passkeys: WebAuthn as the browser has it, with the JSON that the node speaks. */

/** What the node asks with; the ticket goes back with the answer. */
export interface Begun {
  ticket: string
  options: object
}

interface JsonCredentials {
  parseCreationOptionsFromJSON?: (options: object) => PublicKeyCredentialCreationOptions
  parseRequestOptionsFromJSON?: (options: object) => PublicKeyCredentialRequestOptions
}

const offered = (globalThis.PublicKeyCredential ?? {}) as unknown as JsonCredentials

/** Whether this browser makes and shows passkeys. */
export function knowsPasskeys(): boolean {
  return Boolean(offered.parseCreationOptionsFromJSON && offered.parseRequestOptionsFromJSON)
}

/** Nobody gave a passkey: they turned back, it took too long, or there is none here. */
export class NoPasskey extends Error {}

/** Let the browser make a passkey. Throws NoPasskey when it does not. */
export function makePasskey(options: object): Promise<object> {
  return given(() =>
    navigator.credentials.create({ publicKey: offered.parseCreationOptionsFromJSON!(options) }),
  )
}

/** Let the person show a passkey. Throws NoPasskey when they do not. */
export function showPasskey(options: object): Promise<object> {
  return given(() => navigator.credentials.get({ publicKey: offered.parseRequestOptionsFromJSON!(options) }))
}

async function given(ask: () => Promise<Credential | null>): Promise<object> {
  let found: Credential | null
  try {
    found = await ask()
  } catch (error) {
    throw new NoPasskey(String(error))
  }
  if (!found) throw new NoPasskey('none was given')
  return (found as PublicKeyCredential).toJSON() as object
}
