import { parseArgs } from 'node:util'
import { freshSeed, fuzz } from '#sync-server/hl7/testing/fuzz.ts'
import { alone, print, report } from '../measure.ts'
import type { Measurement } from '../measure.ts'
import { damageListener } from './wire.ts'

// `npm run bench -- hl7-fuzz`: a million damaged frames through codec, intake and mapping, and a hundredth of that over
// real sockets into a real store. Ends with an error at the first that brings anything down; the seed repeats it.
//   --frames 1000000   --seed TEXT

const FRAMES = 1_000_000

const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { frames: { type: 'string', default: String(FRAMES) }, seed: { type: 'string' } },
})
const wanted = Number(values.frames)
const seed = values.seed ?? freshSeed()
console.log(`seed ${seed}`)

const megabytes = (): number => process.memoryUsage().rss / 2 ** 20
const memory: number[] = []
const { frames, ends } = await fuzz(seed, wanted, (count) => {
  if (count % 50_000 !== 0) return
  memory.push(megabytes())
  console.log(`${count} frames, ${megabytes().toFixed(0)} MB`)
})
const wire = await damageListener(seed, Math.ceil(wanted / 100))

const half = memory.slice(Math.floor(memory.length / 2))
const measurements: Measurement[] = [
  alone('frames', 'frames', [frames]),
  ...[...ends]
    .toSorted(([, a], [, b]) => b - a)
    .map(([end, count]) => alone(`ended ${end}`, 'frames', [count])),
  ...(half.length === 0 ? [] : [alone('memory, second half', 'MB', half)]),
  alone('streams on the wire', 'streams', [wire.streams]),
  alone('answers on the wire', 'frames', [wire.answers]),
  alone('kept on the wire', 'messages', [wire.kept]),
]
if (wanted >= FRAMES) await report('hl7-fuzz', measurements)
else print(measurements)
