import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { freshSeed } from '#sync-server/hl7/testing/fuzz.ts'
import { killAgainAndAgain } from '#sync-server/hl7/testing/kills.ts'
import { seededRandom } from '#sync-server/seed/random.ts'
import { alone, print, report } from '../measure.ts'

// `npm run bench -- hl7-kills`: a server that is killed in the middle of intake a hundred times, on the same data.
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
const folder = await mkdtemp(join(tmpdir(), 'rounds-hl7-kills-'))
try {
  const killed = await killAgainAndAgain(folder, answers, (count) => {
    if (count % 10 === 0) console.log(`${count} of ${kills} kills`)
  })
  const measurements = [
    alone('kills', 'kills', [killed.kills]),
    alone('acknowledged', 'messages', [killed.acknowledged]),
    alone('kept', 'messages', [killed.kept]),
    alone('acknowledged and lost', 'messages', [killed.lost.length]),
    alone('not applied exactly once', 'messages', [killed.wrong.length]),
  ]
  if (kills >= KILLS) await report('hl7-kills', measurements)
  else print(measurements)
  if (killed.lost.length + killed.wrong.length > 0) {
    console.error([...killed.lost, ...killed.wrong].join('\n'))
    process.exitCode = 1
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
