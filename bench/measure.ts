import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '#build/targets.ts'

/** One line of `bench/results/<name>.json`. `ratio` above 1: we are that many times better; null without a peer. */
export type Measurement = {
  readonly metric: string
  readonly unit: string
  readonly ours: number
  readonly peer: string | null
  readonly peerValue: number | null
  readonly ratio: number | null
  /** How many times it was measured; `ours` is the median. */
  readonly n: number
}

/** A measurement without a peer: the median of all runs. */
export function alone(metric: string, unit: string, runs: readonly number[]): Measurement {
  return {
    metric,
    unit,
    ours: rounded(median(runs)),
    peer: null,
    peerValue: null,
    ratio: null,
    n: runs.length,
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]
  const lower = sorted[Math.ceil(middle) - 1]
  if (upper === undefined || lower === undefined) throw new Error('nothing was measured')
  return (lower + upper) / 2
}

/** Prints the measurements and writes them to `bench/results/<name>.json`. */
export async function report(name: string, measurements: readonly Measurement[]): Promise<void> {
  for (const { metric, ours, unit, n } of measurements) console.log(`${metric}: ${ours} ${unit} (n = ${n})`)
  const folder = join(root, 'bench/results')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(measurements, null, 2)}\n`)
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
