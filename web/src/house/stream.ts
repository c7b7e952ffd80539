/**
 * A stream of server-sent events that comes back by itself, and says how it stands.
 *
 * `EventSource` would reconnect too, but it does not say when, and gives up at the first
 * answer that is not 200.
 */

export interface StreamEvent {
  event: string
  id: string
  data: string
}

export type StreamState =
  | { name: 'idle' }
  | { name: 'connecting' }
  | { name: 'connected'; since_ms: number }
  | { name: 'lost'; retry_at_ms: number; attempt: number }

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** The node sends at least a comment every 15 s; twice that in silence is a dead line. */
const SILENCE_MS = 40_000

export class Stream {
  state: StreamState = { name: 'idle' }
  /** When anything last came, milliseconds since the epoch; 0: never. */
  last_ms = 0
  private last_id = ''
  private attempt = 0
  private stop?: AbortController
  private timer?: ReturnType<typeof setTimeout>
  private watch?: ReturnType<typeof setTimeout>

  constructor(
    private readonly url: () => string,
    private readonly onEvent: (event: StreamEvent) => void,
    private readonly onState: (state: StreamState) => void = () => undefined,
    private readonly onRefused: (answer: Response) => void = () => undefined,
  ) {}

  /** Connect, unless it is under way. */
  open(): void {
    if (this.state.name === 'connecting' || this.state.name === 'connected') return
    clearTimeout(this.timer)
    this.set({ name: 'connecting' })
    void this.run()
  }

  /** End it for good. */
  close(): void {
    clearTimeout(this.timer)
    clearTimeout(this.watch)
    this.stop?.abort()
    this.stop = undefined
    this.attempt = 0
    this.set({ name: 'idle' })
  }

  /** Try at once instead of waiting. */
  retry(): void {
    if (this.state.name === 'lost') this.open()
  }

  private set(state: StreamState): void {
    this.state = state
    this.onState(state)
  }

  private async run(): Promise<void> {
    const stop = new AbortController()
    this.stop = stop
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' }
      if (this.last_id) headers['last-event-id'] = this.last_id
      this.hush()
      const answer = await fetch(this.url(), { headers, signal: stop.signal, cache: 'no-store' })
      if (!answer.ok || !answer.body) {
        this.onRefused(answer)
        throw new Error(`answered ${answer.status}`)
      }
      this.attempt = 0
      this.set({ name: 'connected', since_ms: Date.now() })
      await this.read(answer.body)
    } catch {
      // whatever ended it: it is tried again
    }
    if (this.stop === stop) this.wait()
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
    const parser = new EventParser((event) => {
      if (event.id) this.last_id = event.id
      this.onEvent(event)
    })
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      this.last_ms = Date.now()
      this.hush()
      parser.push(value)
    }
  }

  /** Start to count the silence anew. */
  private hush(): void {
    clearTimeout(this.watch)
    this.watch = setTimeout(() => {
      this.stop?.abort()
    }, SILENCE_MS)
  }

  private wait(): void {
    clearTimeout(this.watch)
    this.attempt += 1
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (this.attempt - 1), LONGEST_WAIT_MS)
    // A little chance, so that all desks of a party do not come back in the same instant.
    const spread = wait * (0.75 + Math.random() * 0.5)
    this.set({ name: 'lost', retry_at_ms: Date.now() + spread, attempt: this.attempt })
    this.timer = setTimeout(() => this.open(), spread)
  }
}

/** Cuts text into server-sent events (WHATWG HTML, 9.2.6). */
export class EventParser {
  private rest = ''
  private event = ''
  private id = ''
  private data: string[] = []

  constructor(private readonly emit: (event: StreamEvent) => void) {}

  push(text: string): void {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/)
    this.rest = lines.pop() ?? ''
    for (const line of lines) this.line(line)
  }

  private line(line: string): void {
    if (line === '') {
      if (this.data.length) this.emit({ event: this.event || 'message', id: this.id, data: this.data.join('\n') })
      this.event = ''
      this.data = []
      return
    }
    if (line.startsWith(':')) return
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') this.event = value
    else if (name === 'data') this.data.push(value)
    else if (name === 'id' && !value.includes('\0')) this.id = value
  }
}
