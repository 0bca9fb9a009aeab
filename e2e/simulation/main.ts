import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '#build/testing/postgres.ts'
import type { RunningPostgres } from '#build/testing/postgres.ts'
import { buildStale, root } from '#build/targets.ts'
import { seededRandom } from '#sync-server/seed/random.ts'
import { openCampaign } from './results.ts'
import type { Run } from './results.ts'
import { simulate } from './simulate.ts'

// `npm run simulate -- --seed N --clients 5 --seconds 5`: prints the seed, and what the run found. With `--runs` it goes
// on with seeds that follow from the first; with `--keep` each outcome is written to a file as it comes, and what is in the
// file is not run again. Every third seed runs on PostgreSQL, by two processes, unless `--store` says one of them.

const usage =
  'Usage: npm run simulate -- [--seed N] [--clients 5] [--seconds 5 | --minutes M] [--runs 1] ' +
  '[--store sqlite|postgres] [--keep bench/results/simulation.json]'
const values = options()
const first = values.seed ?? String(randomInt(1_000_000))
const seconds = values.minutes === undefined ? Number(values.seconds) : Number(values.minutes) * 60
const campaign = values.keep === undefined ? null : openCampaign(resolve(root, values.keep))
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
const postgres = shared(() => startPostgres())
let failed = 0
await buildStale(['simulation'], console.log)

try {
  for (let number = 0; number < Number(values.runs); number += 1) {
    const seed = number === 0 ? first : `${first}.${number}`
    const form = { seed, store: storeOf(seed), clients: Number(values.clients), seconds }
    if (campaign?.has(form) === true) continue
    const run = await once(form)
    await campaign?.add(run)
    report(run)
    if (run.findings.length > 0) failed += 1
  }
} finally {
  await postgres.stop()
}
process.exitCode = failed === 0 ? 0 : 1

async function once(form: Pick<Run, 'seed' | 'store' | 'clients' | 'seconds'>): Promise<Run> {
  const started = performance.now()
  const { seed, store, clients } = form
  const postgresUrl = store === 'postgres' ? (await postgres.get()).url : undefined
  const result = await simulate({ seed, clients, seconds, postgresUrl }).catch(broken)
  const findings = [...result.findings]
  return { ...form, commit, ...result, findings, took: Math.round((performance.now() - started) / 100) / 10 }
}

/** A run that came to no end proves nothing: it counts as failed. */
function broken(failure: unknown) {
  const why = failure instanceof Error ? (failure.stack ?? failure.message) : 'unknown'
  const nothing = { edits: 0, acknowledged: 0, documents: 0, conflicts: 0, refused: 0 }
  return { findings: [`the run broke off: ${why}`], ...nothing, faults: {} }
}

function report({ seed, store, findings, edits, acknowledged, documents, conflicts, refused, took }: Run) {
  console.log(
    `seed ${seed} on ${store}: ${findings.length === 0 ? 'holds' : 'FAILS'}; ${edits} edits, ` +
      `${acknowledged} acknowledged, ${refused} refused, ${documents} documents, ${conflicts} with open conflicts, ` +
      `${took} s`,
  )
  for (const finding of findings.slice(0, 20)) console.log(`  ${finding}`)
}

function storeOf(seed: string): Run['store'] {
  if (values.store === 'sqlite' || values.store === 'postgres') return values.store
  return seededRandom(`${seed}/store`).chance(1 / 3) ? 'postgres' : 'sqlite'
}

/** Started when first asked for. */
function shared(start: () => Promise<RunningPostgres>) {
  let started: Promise<RunningPostgres> | undefined
  return {
    get: () => (started ??= start()),
    stop: async () => (await started)?.stop(),
  }
}

function options() {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string' },
        clients: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '5' },
        minutes: { type: 'string' },
        runs: { type: 'string', default: '1' },
        store: { type: 'string' },
        keep: { type: 'string' },
      },
    }).values
  } catch {
    console.error(usage)
    process.exit(2)
  }
}
