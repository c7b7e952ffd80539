/** Where one is: `#/record/ml/spine/3?tab=raw` is the name `record` with three parameters. */

export interface Route {
  name: string
  params: string[]
  query: Record<string, string>
}

/** The route that a hash stands for; the desk itself is `''`. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?')
  const [name = '', ...params] = path.split('/').filter(Boolean).map(decoded)
  return { name, params, query: Object.fromEntries(new URLSearchParams(search)) }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The hash of a route. */
export function hashOf(name: string, params: readonly string[] = [], query: Record<string, string> = {}): string {
  const path = [name, ...params].map(encodeURIComponent).join('/')
  const search = new URLSearchParams(query).toString()
  return `#/${path}${search ? `?${search}` : ''}`
}

/** The hash of the record at this address, `ml/spine/3`. */
export function recordHash(address: string): string {
  return hashOf('record', address.split('/'))
}

/** Where one is now. */
export function route(): Route {
  return parseRoute(location.hash)
}

/** Go there. `instead` leaves no step in the history. */
export function go(hash: string, instead = false): void {
  const wanted = hash.startsWith('#') ? hash : `#/${hash.replace(/^\//, '')}`
  if (instead) {
    history.replaceState(null, '', wanted)
    dispatchEvent(new HashChangeEvent('hashchange'))
  } else {
    location.hash = wanted
  }
}

/** Call `hear` at every change; what is returned ends it. */
export function onRoute(hear: (route: Route) => void): () => void {
  const listen = () => hear(route())
  addEventListener('hashchange', listen)
  return () => removeEventListener('hashchange', listen)
}
