import { parseArgs } from 'node:util'
import { startPostgres } from '#build/testing/postgres.ts'
import { against, alone, print, report } from '../measure.ts'
import type { Measurement } from '../measure.ts'
import { percentile, run } from './load.ts'
import { startListener } from './listener-child.ts'
import type { ListenerChild } from './listener-child.ts'
import { admission } from './messages.ts'
import { listenerNames, peerNames, storeNames } from './peers.ts'
import type { ListenerName } from './peers.ts'
import { soak } from './soak.ts'

// `npm run bench -- hl7`: the intake with either store beside the limit of the machine, in turns, each in a process of its
// own with an empty store. Closed loop: on each connection a message follows the answer to the one before.
//   --connections 1,8,32   --rounds 5   --seconds 2   --listeners sqlite,raw
//   --profile DIR          a CPU profile of each listener
//   --soak 1000000         so many messages into one listener, and what becomes of its memory
// Only the whole run, at least five rounds of all listeners, is written to bench/results.

const CONNECTIONS = [1, 8, 32]
const ROUNDS = 5
/** The first thousands of messages cost several times what the later ones do: the code is being compiled. */
const WARM_UP_SECONDS = 1.5

const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    connections: { type: 'string', default: CONNECTIONS.join() },
    rounds: { type: 'string', default: String(ROUNDS) },
    seconds: { type: 'string', default: '2' },
    listeners: { type: 'string', default: listenerNames.join() },
    profile: { type: 'string' },
    soak: { type: 'string' },
  },
})
const connectionCounts = values.connections.split(',').map(Number)
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const names = listenerNames.filter((name) => values.listeners.split(',').includes(name))

/** What was measured, by metric and listener. */
const figures = new Map<string, number[]>()

const postgres = names.includes('postgres') ? await startPostgres({ durable: true }) : null
try {
  if (values.soak === undefined) await rounded()
  else await soak({ names, messages: Number(values.soak), databaseUrl: postgres?.url ?? null })
} finally {
  await postgres?.stop()
}

async function rounded(): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const name of inTurn(round)) for (const count of connectionCounts) await tried(name, count, round)
  }
  const measurements = connectionCounts.flatMap(measurementsOf)
  const isWhole =
    rounds >= ROUNDS &&
    CONNECTIONS.every((count) => connectionCounts.includes(count)) &&
    names.length === listenerNames.length
  if (isWhole) await report('hl7', measurements)
  else print(measurements)
}

/** Nobody is always the first. */
function inTurn(round: number): readonly ListenerName[] {
  const first = round % names.length
  return [...names.slice(first), ...names.slice(0, first)]
}

/** A peer that mistakes a message for another has no figure of that round; ours may not. */
async function tried(name: ListenerName, connections: number, round: number): Promise<void> {
  const url = name === 'postgres' ? (postgres?.url ?? null) : null
  const listener = await startListener(name, url, values.profile ?? null)
  try {
    await measure(listener, name, connections, round)
  } catch (fault) {
    if (storeNames.some((store) => store === name)) throw fault
    console.log(`round ${round + 1} of ${rounds}, ${connections} connections, ${name}: failed under the load`)
  } finally {
    await listener.close()
  }
}

async function measure(
  listener: ListenerChild,
  name: ListenerName,
  connections: number,
  round: number,
): Promise<void> {
  const load = { port: listener.port, connections }
  // Nothing counts before the code is compiled.
  await run({ ...load, seconds: WARM_UP_SECONDS, message: (number) => admission('W', number) })
  const before = await listener.ask('idle')
  const started = performance.now()
  const loaded = await run({ ...load, seconds, message: (number) => admission('M', number) })
  const acked = loaded.answered / loaded.seconds
  keep(`ack-durable-${connections}`, name, acked)
  keep(`ack-durable-${connections}-p50`, name, percentile(loaded.latencies, 0.5))
  keep(`ack-durable-${connections}-p99`, name, percentile(loaded.latencies, 0.99))
  const after = await listener.ask('idle')
  const cpu = (after.cpu - before.cpu) / loaded.answered
  keep(`cpu-${connections}`, name, cpu)
  const applied = (after.applied - before.applied) / ((performance.now() - started) / 1_000)
  if (after.applied > 0) {
    keep(`applied-${connections}`, name, applied)
    await measureVisible(listener.port, connections, name)
  }
  const words = [
    `acknowledged ${acked.toFixed(0)}/s`,
    `${cpu.toFixed(0)} µs of CPU each`,
    ...(applied > 0 ? [`applied ${applied.toFixed(0)}/s`] : []),
  ]
  console.log(`round ${round + 1} of ${rounds}, ${connections} connections, ${name}: ${words.join(', ')}`)
}

/** The sender asks to be told when its message is applied: how long that takes while nothing lies before it. */
async function measureVisible(port: number, connections: number, name: ListenerName): Promise<void> {
  const message = (number: number): Buffer => {
    const bytes = admission('V', number).toString()
    return Buffer.from(bytes.replace('|P|2.5.1\r', '|P|2.5.1|||NE|AL\r'))
  }
  const { latencies } = await run({ port, connections, seconds: seconds / 3, message })
  keep(`applied-${connections}-p50`, name, percentile(latencies, 0.5))
  keep(`applied-${connections}-p99`, name, percentile(latencies, 0.99))
}

function keep(metric: string, name: ListenerName, value: number): void {
  const key = `${metric}/${name}`
  figures.set(key, [...(figures.get(key) ?? []), value])
}

function measurementsOf(connections: number): Measurement[] {
  return storeNames
    .filter((store) => names.includes(store))
    .flatMap((store) => [
      ...besidePeers(`ack-durable-${connections}`, store, 'messages/s', 'more'),
      ...besidePeers(`ack-durable-${connections}`, store, 'ms', 'less', '-p50'),
      ...besidePeers(`ack-durable-${connections}`, store, 'ms', 'less', '-p99'),
      alone(`cpu-${connections}-${store}`, 'µs/message', of(`cpu-${connections}`, store)),
      alone(`applied-${connections}-${store}`, 'messages/s', of(`applied-${connections}`, store)),
      alone(`applied-${connections}-${store}-p50`, 'ms', of(`applied-${connections}-p50`, store)),
      alone(`applied-${connections}-${store}-p99`, 'ms', of(`applied-${connections}-p99`, store)),
    ])
}

function besidePeers(
  metric: string,
  store: ListenerName,
  unit: string,
  better: 'more' | 'less',
  suffix = '',
): Measurement[] {
  const ours = of(`${metric}${suffix}`, store)
  const named = `${metric}-${store}${suffix}`
  const peers = peerNames.filter((peer) => names.includes(peer))
  if (peers.length === 0) return [alone(named, unit, ours)]
  return peers.map((peer) => {
    const runs = of(`${metric}${suffix}`, peer)
    const cannot = runs.length === 0 ? { cannot: 'failed under the load in every round' } : {}
    return against(named, unit, ours, { peer, runs, ...cannot }, better)
  })
}

function of(metric: string, name: ListenerName): readonly number[] {
  return figures.get(`${metric}/${name}`) ?? []
}
