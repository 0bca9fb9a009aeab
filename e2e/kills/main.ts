import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildStale, root } from '#build/targets.ts'
import { campaign } from './campaign.ts'
import type { CampaignResult } from './campaign.ts'

// `npm run kills -- --seed N --kills 200 --minutes M`: prints the seed, each kill, and what was missing after it; the result goes to
// bench/results/kills.json as it goes. It proves what survives the death of the browser's processes, not what survives a power
// failure: what the system had taken from them is on the disk afterwards either way.

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    kills: { type: 'string', default: '200' },
    minutes: { type: 'string' },
  },
})
const seed = values.seed ?? String(randomInt(1_000_000))
const say = (line: string): void => console.log(line)

say(`seed ${seed}`)
await buildStale(['bare client'], say)
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
const file = join(root, 'bench/results/kills.json')
await mkdir(join(root, 'bench/results'), { recursive: true })
const keep = (result: CampaignResult): Promise<void> =>
  writeFile(file, `${JSON.stringify({ commit, ...result }, null, 2)}\n`)
const result = await campaign({
  seed,
  kills: Number(values.kills),
  minutes: Number(values.minutes ?? Infinity),
  say,
  onKill: keep,
})
await keep(result)
const { saved, lost, torn, findings, seconds } = result
say(
  `seed ${seed}: ${saved} writes saved, ${lost} lost, ${torn} torn, ${findings.length} findings in ${seconds} s`,
)
for (const finding of findings.slice(0, 50)) say(`  ${finding}`)
process.exitCode = findings.length === 0 ? 0 : 1
