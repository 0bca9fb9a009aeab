import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { simulate } from './simulate.ts'

// `npm run simulate -- --seed N --clients 5 --seconds 5 --runs 1`: prints each seed, and what it found.

const usage = 'Usage: npm run simulate -- [--seed N] [--clients 5] [--seconds 5 | --minutes M] [--runs 1]'
const values = options()
const first = values.seed ?? String(randomInt(1_000_000))
const seconds = values.minutes === undefined ? Number(values.seconds) : Number(values.minutes) * 60
let failed = 0

for (let run = 0; run < Number(values.runs); run += 1) {
  const seed = run === 0 ? first : `${first}.${run}`
  const started = performance.now()
  const { findings, edits, acknowledged, documents, conflicts } = await simulate({
    seed,
    seconds,
    clients: Number(values.clients),
    databaseUrl: process.env['DATABASE_URL'],
  })
  const took = ((performance.now() - started) / 1000).toFixed(1)
  console.log(
    `seed ${seed}: ${findings.length === 0 ? 'holds' : 'FAILS'}; ${edits} edits, ${acknowledged} acknowledged, ` +
      `${documents} documents, ${conflicts} with open conflicts, ${took} s`,
  )
  for (const finding of findings.slice(0, 20)) console.log(`  ${finding}`)
  if (findings.length > 0) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1

function options() {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string' },
        clients: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '5' },
        minutes: { type: 'string' },
        runs: { type: 'string', default: '1' },
      },
    }).values
  } catch {
    console.error(usage)
    process.exit(2)
  }
}
