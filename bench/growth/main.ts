import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '#build/targets.ts'
import { openCrowd } from '../replication/crowd.ts'
import { fillStore } from '../replication/organisation.ts'
import { startRounds } from '../replication/rounds-server.ts'
import { enrol } from '../replication/wire.ts'
import { changeCosts } from './costs.ts'
import type { Costs } from './costs.ts'

// `npm run bench -- growth`: what a page, a push and a live change cost as documents and clients grow, on SQLite.
//   --documents 10000,100000   --clients 1,100,1000,5000
// Prints a table; a run of a size worth keeping is written to bench/results/growth.json.

const KEPT = 100_000

const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    documents: { type: 'string', default: '10000,100000,1000000' },
    clients: { type: 'string', default: '1,100,1000,5000' },
  },
})
const numbers = (list: string) => list.split(',').map(Number)

type Row = Costs & { readonly documents: number; readonly clients: number }
const rows: Row[] = []
for (const documents of numbers(values.documents)) rows.push(...(await grown(documents)))
console.log(
  [
    '| documents | clients | page, ms per document | push, ms per document | live, ms |',
    '|--:|--:|--:|--:|--:|',
  ].join('\n'),
)
for (const row of rows) console.log(inTable(row))
if (rows.some(({ documents }) => documents >= KEPT)) {
  await mkdir(join(root, 'bench/results'), { recursive: true })
  await writeFile(join(root, 'bench/results/growth.json'), `${JSON.stringify(rows, null, 2)}\n`)
}

async function grown(documents: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-growth-'))
  const dataFolder = join(folder, 'data')
  console.log(`making ${documents} documents ...`)
  await fillStore({ dataFolder }, { pull: documents, push: 0, live: 0 }, console.log)
  const server = await startRounds({ ROUNDS_DATA: dataFolder })
  const measured: Row[] = []
  try {
    for (const clients of numbers(values.clients)) {
      const [reader, writer] = [await enrol(server.url, 'pull'), await enrol(server.url, 'push')]
      const crowd = await openCrowd(server.url, [await enrol(server.url, 'push')], clients)
      measured.push({ documents, clients, ...(await changeCosts(reader, writer)) })
      crowd.close()
      console.log(inTable(measured.at(-1)))
    }
    return measured
  } finally {
    await server.end()
    await rm(folder, { recursive: true, force: true })
  }
}

function inTable(row: Row | undefined): string {
  if (row === undefined) return ''
  const { documents, clients, page, push, live } = row
  return `| ${documents} | ${clients} | ${page.toFixed(3)} | ${push.toFixed(3)} | ${live.toFixed(1)} |`
}
