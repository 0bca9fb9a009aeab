import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '#build/targets.ts'
import type { Measurement } from '../measure.ts'

const file = join(root, 'bench/results/replica.json')

/** Puts measurements among those of earlier runs, in the place of what was measured of the same with the same peer. */
export async function keepAmong(measurements: readonly Measurement[]): Promise<void> {
  const earlier = JSON.parse(await readFile(file, 'utf8')) as readonly Measurement[]
  const all = new Map([...earlier, ...measurements].map((one) => [`${one.metric} ${one.peer}`, one]))
  await writeFile(file, `${JSON.stringify([...all.values()], null, 2)}\n`)
}
