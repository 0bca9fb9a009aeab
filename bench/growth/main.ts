import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { alone, median, report } from '../measure.ts'
import type { Measurement } from '../measure.ts'
import { openCrowd } from '../replication/crowd.ts'
import { fillStore } from '../replication/organisation.ts'
import { startRounds } from '../replication/rounds-server.ts'
import { enrol } from '../replication/wire.ts'
import { changeCosts } from './costs.ts'
import type { Costs } from './costs.ts'

// `npm run bench -- growth`: what a page, a push and a live change cost as documents and clients grow, on SQLite.
//   --documents 10000,100000   --clients 1,100,1000,5000   --minutes 15
// Prints a table; where a size worth keeping was reached, it is written to bench/results. After the given time no larger size is
// begun.

const KEPT = 1_000_000

const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    documents: { type: 'string', default: '10000,100000,1000000' },
    clients: { type: 'string', default: '1,100,1000,5000' },
    minutes: { type: 'string', default: '15' },
  },
})
const numbers = (list: string) => list.split(',').map(Number)

type Row = Costs & { readonly documents: number; readonly clients: number }
const rows: Row[] = []
const ends = performance.now() + Number(values.minutes) * 60_000
for (const documents of numbers(values.documents)) {
  if (performance.now() < ends) await grown(documents)
  else console.log(`${documents} documents: left out, the time is over`)
}
console.log(
  [
    '| documents | clients | page, ms per document | push, ms per document | live, ms |',
    '|--:|--:|--:|--:|--:|',
  ].join('\n'),
)
for (const row of rows) console.log(inTable(row))
if (rows.some(({ documents }) => documents >= KEPT)) await report('growth', rows.flatMap(measurementsOf))

function measurementsOf({ documents, clients, page, push, live }: Row): Measurement[] {
  const place = `${documents / 1_000}k-${clients}`
  return [
    alone(`page-${place}`, 'ms/document', page),
    alone(`push-${place}`, 'ms/document', push),
    alone(`live-${place}`, 'ms', live),
  ]
}

async function grown(documents: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-growth-'))
  const dataFolder = join(folder, 'data')
  console.log(`making ${documents} documents ...`)
  await fillStore({ dataFolder }, { pull: documents, push: 0, live: 0 }, console.log)
  const server = await startRounds({ ROUNDS_DATA: dataFolder })
  try {
    for (const clients of numbers(values.clients)) {
      const reader = await enrol(server.url, 'pull')
      const [writer, watcher] = [await enrol(server.url, 'push'), await enrol(server.url, 'push')]
      const crowd = await openCrowd(server.url, [await enrol(server.url, 'live')], clients)
      const row = { documents, clients, ...(await changeCosts({ reader, writer, watcher })) }
      rows.push(row)
      console.log(inTable(row))
      crowd.close()
    }
  } finally {
    await server.end()
    await rm(folder, { recursive: true, force: true })
  }
}

function inTable(row: Row): string {
  const { documents, clients, page, push, live } = row
  const costs = [median(page).toFixed(3), median(push).toFixed(3), median(live).toFixed(1)]
  return `| ${[documents, clients, ...costs].join(' | ')} |`
}
