// hypercore: bytes towards the reader beyond the blocks themselves, for each that arrived.
// hypercore_replicate.mjs FOLDER BLOCKS PERCENT prints one JSON object.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Hypercore from 'hypercore'

const [folder, ...numbers] = process.argv.slice(2)
const [blocks, percent] = numbers.map(Number)
const size = 1000
const source = new Hypercore(join(folder, `source${percent}`))
await source.ready()
for (let at = 0; at < blocks; at += 1000) {
  await source.append(Array.from({ length: Math.min(1000, blocks - at) }, () => randomBytes(size)))
}
const copy = new Hypercore(join(folder, `copy${percent}`), source.key)
await copy.ready()
const here = source.replicate(true)
const there = copy.replicate(false)
let carried = 0
here.on('data', data => { carried += data.length; there.write(data) })
there.on('data', data => here.write(data))

// Which blocks: runs of ten, so that the asked share is spread over the whole core.
const wanted = []
for (let i = 0; i < blocks; i++) if ((Math.floor(i / 10) * 37) % 100 < percent) wanted.push(i)
await copy.update({ wait: true })
const range = percent === 100 ? { start: 0, end: blocks, linear: true } : { blocks: wanted }
await copy.download(range).done()
console.log(JSON.stringify({ proof: [(carried - wanted.length * size) / wanted.length] }))
process.exit(0)
