import { describe, expect, it } from 'vitest'

import { EventParser, type StreamEvent } from './stream'

function parsed(...chunks: string[]): StreamEvent[] {
  const found: StreamEvent[] = []
  const parser = new EventParser((event) => found.push(event))
  for (const chunk of chunks) parser.push(chunk)
  return found
}

describe('events', () => {
  it('arrive whole, however they were cut', () => {
    const text = ': still here\n\nid: a.7\nevent: change\ndata: {"x":\ndata: 1}\n\ndata: bare\n\n'
    const whole = [
      { event: 'change', id: 'a.7', data: '{"x":\n1}' },
      { event: 'message', id: 'a.7', data: 'bare' },
    ]
    expect(parsed(text)).toEqual(whole)
    expect(parsed(...text)).toEqual(whole)
    expect(parsed(...text.replaceAll('\n', '\r\n'))).toEqual(whole)
  })

  it('that are not finished are not told', () => {
    expect(parsed('event: change\ndata: 1\n')).toEqual([])
    expect(parsed('event: change\n\n')).toEqual([])
  })
})
