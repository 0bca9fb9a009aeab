import type { CDPSession } from 'playwright-core'

/** How often the profiler looks, in microseconds. */
const INTERVAL = 500
const SHOWN = 30

/** Does something, and prints which functions took the time of the page's main thread meanwhile. */
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

type Node = {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}
type CpuProfile = {
  /** The root first. */
  readonly nodes: readonly Node[]
  readonly samples?: readonly number[]
  readonly timeDeltas?: readonly number[]
}

function print(title: string, profile: CpuProfile): void {
  const own = ownTimes(profile)
  const total = [...own.values()].reduce((sum, time) => sum + time, 0)
  console.log(`${title}: ${total.toFixed(0)} ms on the main thread`)
  printTable(
    'in the function itself',
    total,
    byFunction(profile, (node) => own.get(node.id) ?? 0),
  )
  printTable('in the function and what it calls', total, outermost(profile, own))
}

/** Milliseconds by node of the call tree. */
function ownTimes({ samples = [], timeDeltas = [] }: CpuProfile): ReadonlyMap<number, number> {
  const own = new Map<number, number>()
  samples.forEach((id, at) => own.set(id, (own.get(id) ?? 0) + (timeDeltas[at] ?? 0) / 1000))
  return own
}

function byFunction({ nodes }: CpuProfile, timeOf: (node: Node) => number): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const node of nodes) {
    const name = nameOf(node.callFrame)
    times.set(name, (times.get(name) ?? 0) + timeOf(node))
  }
  return times
}

/** With all that was called; a function that calls itself counts once. */
function outermost(profile: CpuProfile, own: ReadonlyMap<number, number>): ReadonlyMap<string, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const counted = new Set<number>()
  const times = new Map<number, number>()
  function visit(node: Node, callers: ReadonlySet<string>): number {
    const name = nameOf(node.callFrame)
    if (!callers.has(name)) counted.add(node.id)
    const inside = new Set([...callers, name])
    const called = (node.children ?? []).flatMap((id) => nodes.get(id) ?? [])
    const time = called.reduce((sum, child) => sum + visit(child, inside), own.get(node.id) ?? 0)
    times.set(node.id, time)
    return time
  }
  const [root] = profile.nodes
  if (root !== undefined) visit(root, new Set())
  return byFunction(profile, ({ id }) => (counted.has(id) ? (times.get(id) ?? 0) : 0))
}

function printTable(title: string, total: number, times: ReadonlyMap<string, number>): void {
  console.log(`  ${title}`)
  const longest = [...times].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN)
  for (const [name, time] of longest) {
    console.log(
      `${time.toFixed(0).padStart(8)} ms ${((time / total) * 100).toFixed(1).padStart(5)} %  ${name}`,
    )
  }
}

function nameOf({ functionName, url, lineNumber }: Node['callFrame']): string {
  const file = url.split('/').at(-1) ?? ''
  return `${functionName || '(anonymous)'}${file === '' ? '' : ` ${file}:${lineNumber + 1}`}`
}
