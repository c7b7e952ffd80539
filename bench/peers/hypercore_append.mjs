// hypercore: blocks a second, appended a batch at once and singly.
// hypercore_append.mjs FOLDER BATCHES BATCH SINGLE prints one JSON object of lists.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Hypercore from 'hypercore'

const [folder, ...numbers] = process.argv.slice(2)
const [batches, batch, single] = numbers.map(Number)
const core = new Hypercore(join(folder, 'hypercore'))
await core.ready()
const found = { bulk: [], bulk_wall: [], single: [], single_wall: [] }

async function timed (name, count, blocks) {
  const cpu = process.cpuUsage()
  const wall = process.hrtime.bigint()
  await core.append(blocks)
  const spent = process.cpuUsage(cpu)
  found[name].push(count * 1e6 / (spent.user + spent.system))
  found[`${name}_wall`].push(count * 1e9 / Number(process.hrtime.bigint() - wall))
}

for (let i = 0; i < batches; i++) {
  await timed('bulk', batch, Array.from({ length: batch }, () => randomBytes(1000)))
}
for (let i = 0; i < single; i++) await timed('single', 1, randomBytes(1000))
console.log(JSON.stringify(found))
process.exit(0)
