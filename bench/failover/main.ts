import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '#build/testing/postgres.ts'
import { root } from '#build/targets.ts'
import { run } from './campaign.ts'

// `npm run bench -- failover`: three processes on one PostgreSQL, one killed every few seconds, under load.
//   --seconds 300   --every 4
// Ends with code 1 when anything was lost, applied twice or skipped. The whole length is written to bench/results.

const SECONDS = 300
const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: String(SECONDS) },
    every: { type: 'string', default: '4' },
  },
})
const seconds = Number(values.seconds)
const postgres = await startPostgres({ durable: true })
try {
  const { latencies, lost, ...outcome } = await run({
    databaseUrl: postgres.url,
    processes: 3,
    writers: 8,
    followers: 2,
    seconds,
    leastKills: 3,
    killEverySeconds: Number(values.every),
    say: (line) => console.log(line),
  })
  const at = (share: number) => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0)
  const milliseconds = { p50: at(0.5), p99: at(0.99), longest: Math.round(latencies.at(-1) ?? 0) }
  const result = { seconds, ...outcome, lost: lost.length, milliseconds }
  console.log(JSON.stringify(result, null, 2))
  if (seconds >= SECONDS) {
    await mkdir(join(root, 'bench/results'), { recursive: true })
    await writeFile(join(root, 'bench/results/failover.json'), `${JSON.stringify(result, null, 2)}\n`)
  }
  const isSound = lost.length === 0 && outcome.appliedTwice === 0 && outcome.skipped === 0 && outcome.audit
  if (!isSound) process.exitCode = 1
} finally {
  await postgres.stop()
}
