import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '#build/testing/postgres.ts'
import { root } from '#build/targets.ts'
import { print, report } from '../measure.ts'
import { pulledByPouch, pulledByReplica } from './browser.ts'
import { enter, ours } from './contenders.ts'
import type { ContenderName, Prepared } from './contenders.ts'
import { crowded } from './crowd.ts'
import { draftsOf } from './documents.ts'
import { figuresOf, note, summary } from './figures.ts'
import { live, pulled, PULLED, PUSHED, pushed } from './measures.ts'
import { fillStore, viewsOf } from './organisation.ts'
import { peerNames } from './peers.ts'

// `npm run bench -- replication`: the server and its peers, in turns, each in processes of its own. Clients are RxDB on its
// memory storage on every side; our server is on SQLite (synchronous = FULL), sealed, scoped, projected and audited.
//   --rounds 5   --contenders rounds,rxdb-server   --no-browser   --crowd 5000
// Only the whole run is written to bench/results.

const ROUNDS = 5
const CROWD = 5_000
const everybody: readonly ContenderName[] = [...ours, ...peerNames]
const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  allowNegative: true,
  options: {
    rounds: { type: 'string', default: String(ROUNDS) },
    contenders: { type: 'string', default: everybody.join() },
    browser: { type: 'boolean', default: true },
    crowd: { type: 'string', default: String(CROWD) },
  },
})
const rounds = Number(values.rounds)
const crowd = Number(values.crowd)
const contenders = everybody.filter((name) => values.contenders.split(',').includes(name))

const folder = await mkdtemp(join(tmpdir(), 'rounds-replication-'))
const postgres = await startPostgres({ durable: true })
try {
  const prepared = await prepare()
  for (let round = 0; round < rounds; round += 1) {
    // Nobody is always the first.
    const first = round % contenders.length
    for (const name of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      console.log(`round ${round + 1} of ${rounds}, ${name}: ${await measure(name, prepared)}`)
    }
  }
  const isWhole =
    rounds >= ROUNDS && contenders.length === everybody.length && values.browser && crowd === CROWD
  if (isWhole) await report('replication', summary())
  else print(summary())
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

async function prepare(): Promise<Prepared> {
  const { build } = await import('vite')
  for (const page of values.browser ? ['smoke', 'replication'] : []) {
    const configFile = join(root, 'bench', page, 'vite.config.ts')
    await build({ configFile, configLoader: 'native', logLevel: 'warn' })
  }
  console.log(`making ${PULLED} documents on both stores ...`)
  const template = join(folder, 'template')
  const cases = { pull: PULLED, push: 0, live: 100 }
  const options = { dataFolder: join(template, 'data') }
  await fillStore(options, cases)
  await fillStore({ dataFolder: join(template, 'postgres'), databaseUrl: postgres.url }, cases)
  const files = {
    views: join(folder, 'views.json'),
    live: join(folder, 'live.json'),
    drafts: join(folder, 'drafts.json'),
  }
  await writeFile(files.views, JSON.stringify(await viewsOf(options, 'pull', PULLED)))
  await writeFile(files.live, JSON.stringify(await viewsOf(options, 'live', cases.live)))
  return { template, postgres: postgres.url, files }
}

/** One contender in one round. Answers what it measured, in words. */
async function measure(name: ContenderName, prepared: Prepared): Promise<string> {
  // New documents for everybody: a server that goes on from round to round would know the old ones.
  await writeFile(prepared.files.drafts, JSON.stringify(draftsOf('push', PUSHED)))
  const contender = await enter(name, prepared)
  try {
    note(name, 'pull', await pulled(contender))
    note(name, 'push', await pushed(contender, prepared.files.drafts))
    note(name, 'live', ...(await live(contender)))
    if (values.browser && name === 'rounds') note(name, 'browser', await pulledByReplica(contender))
    if (values.browser && name === 'express-pouchdb') note(name, 'browser', await pulledByPouch(contender))
    if (name === 'rounds') {
      const { memory, fanout } = await crowded(contender.url, contender.pid, crowd)
      note(name, 'memory', memory)
      note(name, 'fanout', fanout)
    }
    return figuresOf(name)
  } finally {
    await contender.end()
  }
}
