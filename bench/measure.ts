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
  /** How many times it was measured; `ours` and `peerValue` are medians. */
  readonly n: number
  /** Why a peer has no value. */
  readonly cannot?: string
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

type Peer = {
  readonly peer: string
  readonly runs: readonly number[]
  /** What the peer can't do, where it has no runs for that reason. */
  readonly cannot?: string | undefined
}

/** A measurement beside a peer's of the same run; less is better unless said otherwise. */
export function against(
  metric: string,
  unit: string,
  runs: readonly number[],
  { peer, runs: theirs, cannot }: Peer,
  better: 'less' | 'more' = 'less',
): Measurement {
  const ours = alone(metric, unit, runs)
  if (cannot !== undefined) return { ...ours, peer, cannot }
  const times = median(theirs) / median(runs)
  const ratio = rounded(better === 'less' ? times : 1 / times)
  const n = Math.min(runs.length, theirs.length)
  return { ...ours, peer, peerValue: rounded(median(theirs)), ratio, n }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]
  const lower = sorted[Math.ceil(middle) - 1]
  if (upper === undefined || lower === undefined) throw new Error('nothing was measured')
  return (lower + upper) / 2
}

export function print(measurements: readonly Measurement[]): void {
  for (const measurement of measurements) {
    const { metric, ours, unit, n } = measurement
    console.log(`${metric}: ${ours} ${unit}${besidePeer(measurement)} (n = ${n})`)
  }
}

function besidePeer({ peer, peerValue, ratio, cannot }: Measurement): string {
  if (peer === null) return ''
  return cannot === undefined ? `, ${peer} ${peerValue}: ${ratio} times better` : `, ${peer}: ${cannot}`
}

/** Prints the measurements and writes them to `bench/results/<name>.json`. */
export async function report(name: string, measurements: readonly Measurement[]): Promise<void> {
  print(measurements)
  const folder = join(root, 'bench/results')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(measurements, null, 2)}\n`)
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
