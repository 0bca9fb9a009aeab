import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { AnyDocument } from '#app/kernel/index.ts'
import { STREAM_PATH } from '#app/protocol/index.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'

const CLIENTS = 2000
/** So many knock at once. */
const AT_ONCE = 50

test('two thousand streams of one process hear of a change, beside one that does not read', async () => {
  // One device stands for all of them.
  const server = await startTestServer({ environment: { ROUNDS_REQUESTS: '1000000' } })
  onTestFinished(() => server.close())
  const [listener, writer] = [await enrolDevice(server.url, 'carla'), await enrolDevice(server.url, 'sofia')]
  await writer.follow('cases')
  const streams: HeardStream[] = []
  onTestFinished(() => {
    for (const { socket } of streams) socket.destroy()
  })
  for (let count = 0; count < CLIENTS; count += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, () => openStream(server.url, listener))
    streams.push(...(await Promise.all(some)))
  }
  const deaf = await openStream(server.url, listener)
  streams.push(deaf)
  deaf.socket.pause()

  const before = [...writer.held.values()].find(({ kind }) => kind === 'case') as AnyDocument
  const [result] = await writer.push(writer.edit('cases', before, { subject: 'Heard by everybody' }))
  expect(result?.outcome).toBe('applied')
  const seq = Number(result?.view.rev.split('.')[1])
  const others = streams.filter((stream) => stream !== deaf)
  const told = (stream: HeardStream) =>
    stream.heard().includes(`"seq":${seq}`) || stream.heard().includes(`"cases":${seq}`)
  await expect.poll(() => others.filter(told).length, { timeout: 30_000 }).toBe(CLIENTS)
}, 120_000)

type HeardStream = { readonly socket: Socket; heard(): string }

async function openStream(url: string, { prover, session }: TestDevice): Promise<HeardStream> {
  const { host, port } = new URL(url)
  const headers = Object.entries({ host, ...prover.headers('GET', STREAM_PATH, session.token) })
  const socket = connect(Number(port), '127.0.0.1')
  let heard = ''
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()))
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.write(`GET ${STREAM_PATH} HTTP/1.1\r\n${lines}\r\n`)
  await once(socket, 'data')
  return { socket, heard: () => heard }
}
