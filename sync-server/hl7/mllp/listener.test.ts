import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { encodeFrame, mllpDecoder } from './codec.ts'
import { startMllpListener } from './listener.ts'
import type { Handling, ListenerOptions, MllpListener } from './listener.ts'

let listener: MllpListener | null = null
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await listener?.close()
  listener = null
})

async function start(options: Partial<ListenerOptions> = {}): Promise<number> {
  const handle = async (message: Buffer): Promise<Handling> => ({
    type: 'answer',
    replies: [Buffer.from(`ack ${message.toString()}`)],
  })
  listener = await startMllpListener({
    host: '127.0.0.1',
    port: 0,
    portSetting: 'ROUNDS_MLLP_PORT',
    handle,
    ...options,
  })
  return listener.port
}

/** A client that collects answers until the connection ends. */
async function client(
  port: number,
): Promise<{ socket: Socket; answers: string[]; closed: Promise<unknown> }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  sockets.push(socket)
  const decoder = mllpDecoder()
  const answers: string[] = []
  socket.on('data', (packet) => answers.push(...decoder.push(packet).frames.map(String)))
  socket.on('error', () => undefined)
  const closed = Promise.race([once(socket, 'end'), once(socket, 'close')])
  closed.catch(() => undefined)
  await once(socket, 'connect')
  return { socket, answers, closed }
}

test('answers stand in the order of the messages, however long each takes', async () => {
  const port = await start({
    handle: async (message) => {
      await wait(Number(message.toString()) % 3)
      return { type: 'answer', replies: [message] }
    },
  })
  const { socket, answers, closed } = await client(port)
  const messages = Array.from({ length: 60 }, (_, index) => String(index))
  socket.end(Buffer.concat(messages.map((text) => encodeFrame(Buffer.from(text)))))
  await closed
  expect(answers).toEqual(messages)
})

test('FIN right after the message still gets its answer', async () => {
  const { socket, answers, closed } = await client(await start())
  socket.end(encodeFrame(Buffer.from('last')))
  await closed
  expect(answers).toEqual(['ack last'])
})

test('a message in single bytes is one message', async () => {
  const { socket, answers, closed } = await client(await start())
  for (const byte of encodeFrame(Buffer.from('slow'))) socket.write(Buffer.of(byte))
  socket.end()
  await closed
  expect(answers).toEqual(['ack slow'])
})

test('accept and application answers of one message come before those of the next', async () => {
  const port = await start({
    handle: async (message) => ({
      type: 'answer',
      replies: [
        Buffer.from(`CA ${message.toString()}`),
        wait(5).then(() => Buffer.from(`AA ${message.toString()}`)),
        Promise.resolve(null),
      ],
    }),
  })
  const { socket, answers, closed } = await client(port)
  socket.end(Buffer.concat([encodeFrame(Buffer.from('1')), encodeFrame(Buffer.from('2'))]))
  await closed
  expect(answers).toEqual(['CA 1', 'AA 1', 'CA 2', 'AA 2'])
})

test('a handling that closes, or fails, ends the connection without an answer', async () => {
  const troubles: string[] = []
  const port = await start({
    handle: (message) =>
      message.toString() === 'close'
        ? Promise.resolve({ type: 'close' })
        : Promise.reject(new Error('broken')),
    onTrouble: ({ what }) => troubles.push(what),
  })
  for (const text of ['close', 'fail']) {
    const { socket, answers, closed } = await client(port)
    socket.write(encodeFrame(Buffer.from(text)))
    await closed
    expect(answers).toEqual([])
  }
  expect(troubles).toEqual(['handler-failed'])
})

test('a handling that closes takes no answer away that was sent before it', async () => {
  const port = await start({
    handle: async (message) =>
      message.toString() === 'close' ? { type: 'close' } : { type: 'answer', replies: [message] },
  })
  const { socket, answers, closed } = await client(port)
  const faults: unknown[] = []
  socket.on('error', (fault) => faults.push(fault))
  const more = Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, 65))
  socket.write(Buffer.concat([...['1', 'close'].map((text) => Buffer.from(text)), ...more].map(encodeFrame)))
  await closed
  expect(answers).toEqual(['1'])
  expect(faults).toEqual([])
})

test('large messages hold their sender back long before they are many', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const port = await start({
    frameLimit: 100_000,
    handle: async () => {
      await released
      return { type: 'answer', replies: [Buffer.from('ok')] }
    },
  })
  const { socket, answers, closed } = await client(port)
  socket.end(Buffer.concat(Array.from({ length: 20 }, () => encodeFrame(Buffer.alloc(90_000, 65)))))
  const taken = (): number => listener?.connections()[0]?.messages ?? 0
  await expect.poll(taken).toBeGreaterThan(1)
  await wait(150)
  expect(taken()).toBeLessThan(6)
  release()
  await closed
  expect(answers).toHaveLength(20)
})

test('a frame over the cap ends the connection; what came before it is answered', async () => {
  const port = await start({ frameLimit: 100 })
  const { socket, answers, closed } = await client(port)
  socket.write(Buffer.concat([encodeFrame(Buffer.from('small')), Buffer.of(0x0b), Buffer.alloc(5_000, 65)]))
  await closed
  expect(answers).toEqual(['ack small'])
})

test('an idle connection is closed, a working one is not', async () => {
  const port = await start({
    idleMilliseconds: 40,
    handle: async (message) => {
      await wait(200)
      return { type: 'answer', replies: [message] }
    },
  })
  const working = await client(port)
  const idle = await client(port)
  working.socket.write(encodeFrame(Buffer.from('long')))
  await idle.closed
  await once(working.socket, 'data')
  expect(working.answers).toEqual(['long'])
})

test('a sender that is gone in the middle of a message takes no place for ever', async () => {
  const troubles: string[] = []
  const port = await start({ idleMilliseconds: 40, onTrouble: ({ what }) => troubles.push(what) })
  const { socket, closed } = await client(port)
  socket.write(encodeFrame(Buffer.from('half of it')).subarray(0, 5))
  await expect.poll(() => listener?.connections()).toHaveLength(1)
  await closed
  await expect.poll(() => listener?.connections()).toEqual([])
  expect(troubles).toEqual(['idle'])
})

test('a sender that reads none of its answers, and does not close, takes no place for ever', async () => {
  const big = Buffer.alloc(256 * 1024, 65)
  const troubles: string[] = []
  const port = await start({
    idleMilliseconds: 100,
    handle: async () => ({ type: 'answer', replies: [big] }),
    onTrouble: ({ what }) => troubles.push(what),
  })
  const { socket } = await client(port)
  socket.pause()
  socket.write(Buffer.concat(Array.from({ length: 400 }, () => encodeFrame(Buffer.from('x')))))
  await expect.poll(() => listener?.connections()).toHaveLength(1)
  await expect.poll(() => listener?.connections(), { timeout: 5_000 }).toEqual([])
  expect(troubles).toContain('idle')
})

test('close answers what is in hand, and takes no more', async () => {
  let begun: () => void = () => undefined
  const started = new Promise<void>((resolve) => (begun = resolve))
  const port = await start({
    handle: async (message) => {
      begun()
      await wait(20)
      return { type: 'answer', replies: [message] }
    },
  })
  const { socket, answers, closed } = await client(port)
  socket.write(encodeFrame(Buffer.from('in hand')))
  await started
  const over = listener?.close()
  await closed
  socket.end()
  await over
  expect(answers).toEqual(['in hand'])
  await expect(client(port)).rejects.toThrow()
})

test('a taken port is an error that names the setting', async () => {
  const port = await start()
  await expect(
    startMllpListener({
      host: '127.0.0.1',
      port,
      portSetting: 'ROUNDS_MLLP_PORT',
      handle: async () => ({ type: 'close' }),
    }),
  ).rejects.toMatchObject({ code: 'server.port-taken', facts: { port, setting: 'ROUNDS_MLLP_PORT' } })
})

test('many unread answers hold the messages back instead of filling the memory', async () => {
  const big = Buffer.alloc(256 * 1024, 65)
  let handled = 0
  const port = await start({
    handle: async () => {
      handled += 1
      return { type: 'answer', replies: [big] }
    },
  })
  const { socket, answers, closed } = await client(port)
  socket.pause()
  socket.end(Buffer.concat(Array.from({ length: 400 }, () => encodeFrame(Buffer.from('x')))))
  await wait(150)
  expect(handled).toBeLessThan(400)
  socket.resume()
  await closed
  expect(answers).toHaveLength(400)
})
