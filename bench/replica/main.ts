import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '#build/targets.ts'
import { against, print } from '../measure.ts'
import type { Measurement } from '../measure.ts'
import { documentsOf } from './documents.ts'
import type { Documents } from './documents.ts'
import { keepAmong } from './keep.ts'
import { cannot, contenderNames, peerNames } from './peers.ts'
import type { ContenderName, MetricName, PeerName } from './peers.ts'
import { servePages } from './server.ts'
import { appear, LIMIT } from './stage.ts'
import type { Figures } from './stage.ts'

// `npm run bench -- replica`: the encrypted replica and its peers, in turns, each in browsers of its own.
//   --sizes 10k,50k   how many documents; --rounds 5; --peers pouchdb,rxdb-dexie
//   --profile         ours alone, once, and where the time of insert and unlock goes
// A run of five rounds or more goes into bench/results/replica.json, size by size as it is measured: its lines take the
// place of those of the same metric and peer. So the whole, of about 25 minutes, can be made in parts and be cut short.

const SIZES = ['10k', '50k', '100k']
const ROUNDS = 5
const units: Readonly<Record<MetricName, string>> = {
  bulk: 'ms',
  write: 'ms',
  scattered: 'ms',
  query: 'ms',
  substring: 'ms',
  unlock: 'ms',
  'unlock-full': 'ms',
  heap: 'bytes/byte of JSON',
}

const OVERDUE = `took longer than ${LIMIT} minutes`

const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    sizes: { type: 'string', default: SIZES.join() },
    rounds: { type: 'string', default: String(ROUNDS) },
    peers: { type: 'string', default: peerNames.join() },
    profile: { type: 'boolean', default: false },
  },
})
const sizes = values.sizes.split(',')
const rounds = values.profile ? 1 : Number(values.rounds)
const peers = values.profile ? [] : peerNames.filter((name) => values.peers.split(',').includes(name))
const contenders = contenderNames.filter((name) => name === 'rounds' || peers.includes(name))
if (sizes.some((size) => !/^\d+k$/.test(size)) || !(rounds >= 1))
  throw new Error('sizes are 10k,50k; rounds 5')

const folder = join(root, 'dist/bench-replica')
const { build } = await import('vite')
await build({
  configFile: join(root, 'bench/replica/vite.config.ts'),
  configLoader: 'native',
  logLevel: 'warn',
  // A profile shall name functions.
  build: values.profile ? { minify: false } : {},
})

let current: { readonly size: string; readonly documents: Documents } | undefined
const server = await servePages(folder, made)
try {
  for (const size of sizes) {
    const measurements = await measured(size)
    print(measurements)
    if (rounds >= ROUNDS) await keepAmong(measurements)
  }
} finally {
  server.close()
}

/** The documents of one size at a time: three sizes together would crowd the machine that measures. */
function made(size: string): Documents {
  if (current?.size !== size) current = { size, documents: documentsOf(Number.parseInt(size, 10) * 1000) }
  return current.documents
}

async function measured(size: string): Promise<Measurement[]> {
  const { facts } = made(size)
  console.log(`${size}: ${(facts.jsonBytes / 1e6).toFixed(1)} MB of JSON`)
  const figures = new Map<ContenderName, Figures[]>(contenders.map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    // Who was overdue in the first round is left out from then on; later, a busy machine may be to blame.
    for (const contender of inTurn(round).filter((name) => figures.has(name))) {
      const own = await appear({ url: server.url, contender, size, facts, profile: values.profile })
      console.log(
        `${size}, round ${round + 1} of ${rounds}, ${contender}: ${own === null ? OVERDUE : inWords(own)}`,
      )
      if (own === null && contender === 'rounds') throw new Error(`ours ${OVERDUE}`)
      if (own === null && round === 0) figures.delete(contender)
      if (own !== null) figures.get(contender)?.push(own)
    }
  }
  return Object.keys(units).flatMap((metric) => compared(metric as MetricName, size, figures))
}

/** Nobody is always the first. */
function inTurn(round: number): readonly ContenderName[] {
  const first = round % contenders.length
  return [...contenders.slice(first), ...contenders.slice(0, first)]
}

function compared(
  metric: MetricName,
  size: string,
  figures: ReadonlyMap<ContenderName, readonly Figures[]>,
): Measurement[] {
  const of = (name: ContenderName, key: MetricName) =>
    (figures.get(name) ?? []).flatMap((own) => own[key] ?? [])
  const ours = of('rounds', metric)
  return peers.map((peer: PeerName) => {
    // A peer loads no more than it is asked for: all that ours loads is compared with the same.
    const theirs = of(peer, metric === 'unlock-full' ? 'unlock' : metric)
    return against(`${metric}-${size}`, units[metric], ours, {
      peer,
      runs: theirs,
      cannot: figures.has(peer) ? cannot[peer][metric] : OVERDUE,
    })
  })
}

function inWords(figures: Figures): string {
  return Object.entries(figures)
    .map(([metric, value]) => `${metric} ${value.toPrecision(4)}`)
    .join(', ')
}
