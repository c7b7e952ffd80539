import { describe, expect, it } from 'vitest'

import { Problem } from '../house/api'
import { emptyFields, type FieldReport } from './field-report-body'
import { sendInOrder, type Link, type Shelf } from './sending'

function report(id: string, changes: Partial<FieldReport> = {}): FieldReport {
  const fields = { ...emptyFields(0), category: 'other', title: id }
  return {
    id, party: 'ml', person: 'ml-duty', office: 'duty', made_us: 0, fields, photos: [], state: 'waiting', tries: 0,
    edition: 1, ...changes,
  }
}

/** A node that keeps what it is told under its id, and fails as it is told to. */
class Node implements Link {
  written = new Map<string, string>()
  photos = 0
  fails: ((once: string) => Problem | null)[] = []
  loses = 0
  photo = async () => {
    this.photos += 1
    const problem = this.fails.shift()?.('photo')
    if (problem) throw problem
    return 'd'.repeat(63) + this.photos
  }
  report = async (said: { body: object; once: string }) => {
    const problem = this.fails.shift()?.(said.once)
    if (problem) throw problem
    const text = JSON.stringify(said.body)
    const before = this.written.get(said.once)
    if (before !== undefined && before !== text) throw new Problem(409, 'conflict', 'else', 'once')
    this.written.set(said.once, text)
    if (this.loses-- > 0) throw new Problem(0, 'unreached', '')
    return `ml/home/${[...this.written.keys()].indexOf(said.once)}`
  }
  acts = (office: string) => office === 'duty'
}

function shelf() {
  const kept: FieldReport[] = []
  const arrived: string[] = []
  const made: Shelf = {
    keep: async (one) => void kept.push(structuredClone(one)),
    arrived: async (one, address) => void arrived.push(`${one.id} ${address}`),
  }
  return { ...made, kept, gone: arrived }
}

const bad = (status: number, where = '') => () => new Problem(status, 'x', 'no', where, 'do')
const fine = () => null

describe('sending', () => {
  it('goes in order, each once', async () => {
    const [node, on] = [new Node(), shelf()]
    expect(await sendInOrder([report('a'), report('b')], node, on)).toBe('all')
    expect(on.gone).toEqual(['a ml/home/0', 'b ml/home/1'])
  })

  it('stops where there is no line, and goes on from there', async () => {
    const [node, on, all] = [new Node(), shelf(), [report('a'), report('b')]]
    node.fails = [fine, bad(0)]
    expect(await sendInOrder(all, node, on)).toBe('no link')
    expect(on.gone).toEqual(['a ml/home/0'])
    expect(all[1]).toMatchObject({ state: 'waiting', tries: 1 })
  })

  it.each([[502], [503]])('takes %i of a proxy for no line', async (status) => {
    const node = new Node()
    node.fails = [bad(status)]
    expect(await sendInOrder([report('a')], node, shelf())).toBe('no link')
  })

  it('asks again under the same id when an answer was lost', async () => {
    const [node, on, all] = [new Node(), shelf(), [report('a')]]
    node.loses = 1
    expect(await sendInOrder(all, node, on)).toBe('no link')
    expect(await sendInOrder(all, node, on)).toBe('all')
    expect([...node.written.keys()]).toEqual(['a'])
    expect(on.gone).toEqual(['a ml/home/0'])
  })

  it('keeps what is refused, with the reason, and sends the others', async () => {
    const [node, on, all] = [new Node(), shelf(), [report('a'), report('b')]]
    node.fails = [bad(400, 'body.title')]
    expect(await sendInOrder(all, node, on)).toBe('all')
    expect(on.gone).toEqual(['b ml/home/0'])
    expect(all[0]).toMatchObject({ state: 'refused', wrong: { what: 'no', where: 'body.title', remedy: 'do' } })
    expect(on.kept.some((one) => one.id === 'a' && one.state === 'refused')).toBe(true)
  })

  it('does not try again what was refused', async () => {
    const node = new Node()
    await sendInOrder([report('a', { state: 'refused' })], node, shelf())
    expect(node.written.size).toBe(0)
  })

  it('says of other words under an id that arrived that they came too late', async () => {
    const [node, on] = [new Node(), shelf()]
    node.loses = 1
    await sendInOrder([report('a')], node, on)
    const edited = report('a', { fields: { ...emptyFields(0), category: 'other', title: 'new' } })
    await sendInOrder([edited], node, on)
    expect(edited).toMatchObject({ state: 'refused', wrong: { what: 'unsent.there_already' } })
  })

  it.each([[404, ''], [403, 'csrf']])('stops at %i %s: nobody is signed in', async (status, where) => {
    const [node, one] = [new Node(), report('a')]
    node.fails = [bad(status, where)]
    expect(await sendInOrder([one], node, shelf())).toBe('signed out')
    expect(one.state).toBe('waiting')
  })

  it('waits when the node asks it to', async () => {
    const node = new Node()
    node.fails = [bad(403, 'wait')]
    expect(await sendInOrder([report('a')], node, shelf())).toBe('no link')
  })

  it('refuses at once what was written in an office that is over', async () => {
    const one = report('a', { office: 'liaison' })
    expect(await sendInOrder([one], new Node(), shelf())).toBe('all')
    expect(one).toMatchObject({ state: 'refused', wrong: { what: 'unsent.office_gone' }, tries: 0 })
  })

  it('brings each photo once, however often the report is tried', async () => {
    const [node, on] = [new Node(), shelf()]
    const one = report('a', { photos: [{ blob: new Blob(['1']) }, { blob: new Blob(['2']) }] })
    node.fails = [fine, bad(0)]
    await sendInOrder([one], node, on)
    expect(one.photos.map((photo) => Boolean(photo.digest))).toEqual([true, false])
    node.fails = []
    node.loses = 1
    await sendInOrder([one], node, on)
    await sendInOrder([one], node, on)
    expect(node.photos).toBe(3)
    const body = JSON.parse(node.written.get('a') ?? '{}')
    expect(body.evidence).toEqual(one.photos.map((photo) => photo.digest))
  })

  it('keeps the count of tries before it asks', async () => {
    const [node, on] = [new Node(), shelf()]
    node.fails = [bad(0)]
    await sendInOrder([report('a')], node, on)
    expect(on.kept[0]?.tries).toBe(1)
  })
})
