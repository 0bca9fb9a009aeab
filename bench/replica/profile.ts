import type { CDPSession } from 'playwright-core'

/** How often the profiler looks, in microseconds. */
const INTERVAL = 500
const SHOWN = 30

/** Does something, and prints which functions of the page's main thread took the time meanwhile. */
export async function profiled<Result>(
  line: CDPSession,
  title: string,
  task: () => Promise<Result>,
): Promise<Result> {
  await line.send('Profiler.enable')
  await line.send('Profiler.setSamplingInterval', { interval: INTERVAL })
  await line.send('Profiler.start')
  const result = await task()
  const { profile } = await line.send('Profiler.stop')
  await line.send('Profiler.disable')
  print(title, profile)
  return result
}

type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly samples?: readonly number[]
  readonly timeDeltas?: readonly number[]
}

function print(title: string, { nodes, samples = [], timeDeltas = [] }: CpuProfile): void {
  const own = new Map<number, number>()
  samples.forEach((id, at) => own.set(id, (own.get(id) ?? 0) + (timeDeltas[at] ?? 0) / 1000))
  const byFunction = new Map<string, number>()
  for (const { id, callFrame } of nodes) {
    const name = nameOf(callFrame)
    byFunction.set(name, (byFunction.get(name) ?? 0) + (own.get(id) ?? 0))
  }
  const total = [...own.values()].reduce((sum, time) => sum + time, 0)
  const longest = [...byFunction].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN)
  console.log(`${title}: ${total.toFixed(0)} ms on the main thread, by function (self time)`)
  for (const [name, time] of longest) {
    console.log(
      `${time.toFixed(0).padStart(8)} ms ${((time / total) * 100).toFixed(1).padStart(5)} %  ${name}`,
    )
  }
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.split('/').at(-1) ?? ''
  return `${functionName || '(anonymous)'}${file === '' ? '' : ` ${file}:${lineNumber + 1}`}`
}
