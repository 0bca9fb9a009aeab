import { against, alone, median } from '../measure.ts'
import type { Measurement } from '../measure.ts'
import type { ContenderName } from './contenders.ts'
import { peerNames } from './peers.ts'

// What was measured, and its summary beside the peers.

const metrics = {
  pull: { metric: 'pull-20k', unit: 'documents/s', better: 'more' },
  push: { metric: 'push-5k', unit: 'documents/s', better: 'more' },
  live: { metric: 'live-p50', unit: 'ms', better: 'less' },
  browser: { metric: 'browser-pull-20k', unit: 'documents/s', better: 'more' },
  memory: { metric: 'idle-memory-per-client', unit: 'bytes', better: 'less' },
  fanout: { metric: 'fanout-5000', unit: 'ms', better: 'less' },
} as const
type Metric = keyof typeof metrics

const figures = new Map<string, readonly number[]>()

export function note(name: ContenderName, metric: Metric, ...measured: readonly number[]): void {
  figures.set(`${name} ${metric}`, [...of(name, metric), ...measured])
}

function of(name: ContenderName, metric: Metric): readonly number[] {
  return figures.get(`${name} ${metric}`) ?? []
}

/** The medians so far. */
export function figuresOf(name: ContenderName): string {
  return (Object.keys(metrics) as Metric[])
    .filter((metric) => of(name, metric).length > 0)
    .map((metric) => `${metric} ${median(of(name, metric)).toPrecision(4)} ${metrics[metric].unit}`)
    .join(', ')
}

export function summary(): Measurement[] {
  return (Object.keys(metrics) as Metric[]).flatMap((key) => {
    const { metric, unit, better } = metrics[key]
    const runs = of('rounds', key)
    const peers = peerNames.filter((peer) => of(peer, key).length > 0 && runs.length > 0)
    const postgres = of('rounds-postgres', key)
    return [
      ...peers.map((peer) => against(metric, unit, runs, { peer, runs: of(peer, key) }, better)),
      ...(peers.length === 0 && runs.length > 0 ? [alone(metric, unit, runs)] : []),
      ...(postgres.length > 0 ? [alone(`${metric}-postgres`, unit, postgres)] : []),
    ]
  })
}
