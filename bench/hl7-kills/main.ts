import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '#build/testing/postgres.ts'
import { freshSeed } from '#sync-server/hl7/testing/fuzz.ts'
import { killAgainAndAgain } from '#sync-server/hl7/testing/kills.ts'
import { seededRandom } from '#sync-server/seed/random.ts'
import { alone, print, report } from '../measure.ts'
import type { Measurement } from '../measure.ts'

// `npm run bench -- hl7-kills`: a server that is killed in the middle of intake a hundred times on each store, on the same data.
//   --kills 100   --seed TEXT

const KILLS = 100
const MOST_ANSWERS = 200

const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { kills: { type: 'string', default: String(KILLS) }, seed: { type: 'string' } },
})
const kills = Number(values.kills)
const seed = values.seed ?? freshSeed()
console.log(`seed ${seed}`)

const random = seededRandom(seed)
const answers = Array.from({ length: kills }, () => random.int(1, MOST_ANSWERS))
const measurements: Measurement[] = []
const postgres = await startPostgres({ durable: true })
try {
  for (const store of ['sqlite', 'postgres'] as const) {
    measurements.push(...(await killed(store, store === 'postgres' ? postgres.url : undefined)))
  }
} finally {
  await postgres.stop()
}
if (kills >= KILLS) await report('hl7-kills', measurements)
else print(measurements)

async function killed(store: string, databaseUrl: string | undefined): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-hl7-kills-'))
  try {
    const outcome = await killAgainAndAgain({ folder, databaseUrl }, answers, (count) => {
      if (count % 10 === 0) console.log(`${store}: ${count} of ${kills} kills`)
    })
    if (outcome.lost.length + outcome.wrong.length > 0) {
      console.error([...outcome.lost, ...outcome.wrong].join('\n'))
      process.exitCode = 1
    }
    return [
      alone(`kills, ${store}`, 'kills', [outcome.kills]),
      alone(`acknowledged, ${store}`, 'messages', [outcome.acknowledged]),
      alone(`kept, ${store}`, 'messages', [outcome.kept]),
      alone(`acknowledged and lost, ${store}`, 'messages', [outcome.lost.length]),
      alone(`not applied exactly once, ${store}`, 'messages', [outcome.wrong.length]),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
