import { expect, test } from 'vitest'
import { AppError } from '#app/kernel/index.ts'
import { backOff } from './back-off.ts'
import { Connection } from './connection.ts'
import { PriorityLane } from './priority-lane.ts'

type Wait = { readonly milliseconds: number; readonly end: () => void }

function connectionOver(open: (attempt: number) => Promise<ReadableStream<Uint8Array>>) {
  const heard: string[] = []
  const waits: Wait[] = []
  let attempts = 0
  const connection = new Connection({
    environment: {
      random: () => 0.5,
      wait: (milliseconds, signal) =>
        new Promise((resolve) => {
          waits.push({ milliseconds, end: resolve })
          signal?.addEventListener('abort', () => resolve())
        }),
    },
    openStream: () => open((attempts += 1)),
    onPhase: (event) => heard.push(event),
    onEvent: (event) => heard.push(event.type),
    onFailure: (failure) => heard.push(failure.code),
  })
  return { connection, heard, waits }
}

function endless(...events: readonly unknown[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const event of events)
        controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`))
    },
  })
}

const ping = { type: 'ping', at: '2026-01-05T08:00:00.000Z' }

test('pauses grow, are bounded, and are left to chance by half', () => {
  const pauses = Array.from({ length: 12 }, (_, index) => backOff(index + 1, 0))
  expect(pauses.slice(0, 4)).toEqual([250, 500, 1000, 2000])
  expect(Math.max(...pauses)).toBe(15_000)
  expect(backOff(1, 1)).toBe(500)
})

test('a failed attempt is told, and followed by the next after a pause', async () => {
  const { connection, heard, waits } = connectionOver((attempt) =>
    attempt === 1 ? Promise.reject(new AppError('network.unreachable')) : Promise.resolve(endless(ping)),
  )
  const online = connection.online()
  connection.start()
  await expect.poll(() => heard).toEqual(['connect', 'network.unreachable', 'lost'])
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([375])
  waits[0]?.end()
  // Who began to wait before the failed attempt is let through by the next.
  await online
  await expect.poll(() => heard.slice(3)).toEqual(['connect', 'connected', 'ping'])
  connection.stop()
})

test('silence is taken for a dead line', async () => {
  const { connection, heard, waits } = connectionOver(() => Promise.resolve(endless()))
  connection.start()
  await expect.poll(() => heard).toContain('connected')
  const silence = waits.find(({ milliseconds }) => milliseconds === 45_000)
  silence?.end()
  await expect.poll(() => heard).toEqual(['connect', 'connected', 'lost'])
  connection.stop()
})

test('an event that is not understood is passed over', async () => {
  const { connection, heard } = connectionOver(() => Promise.resolve(endless({ type: 'of tomorrow' }, ping)))
  connection.start()
  await expect.poll(() => heard).toEqual(['connect', 'connected', 'ping'])
  connection.stop()
})

test('a stop ends waiting with replica.locked, and nothing is tried again', async () => {
  const { connection, heard } = connectionOver(() => Promise.reject(new AppError('network.unreachable')))
  const online = connection.online()
  connection.start()
  await expect.poll(() => heard).toContain('lost')
  connection.stop()
  await expect(online).rejects.toMatchObject({ code: 'replica.locked' })
  expect(heard.filter((event) => event === 'connect')).toHaveLength(1)
})

test('the lane lets the most urgent of those that wait go first', async () => {
  const lane = new PriorityLane(1)
  const order: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = lane.run(5, () => gate.promise)
  const others = (
    [
      [3, 'c'],
      [1, 'a'],
      [3, 'd'],
      [2, 'b'],
    ] as const
  ).map(([rank, name]) => lane.run(rank, () => Promise.resolve(order.push(name))))
  gate.resolve()
  await Promise.all([first, ...others])
  expect(order).toEqual(['a', 'b', 'c', 'd'])
})

test('a task that fails gives its place to the next', async () => {
  const lane = new PriorityLane(1)
  await expect(lane.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await lane.run(1, () => Promise.resolve('yes'))).toBe('yes')
})
