import { once } from 'node:events'
import { connect } from 'node:net'
import fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { newId, systemClock } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, STREAM_PATH } from '#app/protocol/index.ts'
import { StreamHub } from '../replication/live/stream.ts'
import type { Change } from '../store/contract.ts'
import { enrolDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import { streamRoute } from './stream-route.ts'

/** More than a socket's buffers on both sides take in. */
const MOST_CHANGES = 400_000

test('a reader that does not read is cut off, and the others hear everything', async () => {
  const server = await startTestServer()
  onTestFinished(() => server.close())
  const { session, userId, deviceId } = await enrolDevice(server.url, 'carla')
  const subject = { id: userId, orgId: session.organisation.id, grants: session.user.grants }
  let tell: (change: Change) => void = () => {}
  const onChange = (listener: (change: Change) => void) => {
    tell = listener
    return () => {}
  }
  const hub = new StreamHub({ ...server.store, onChange }, systemClock)
  const app = fastify({ forceCloseConnections: true })
  const who = { userId, deviceId, sessionId: newId(), subject, expiresAt: session.expiresAt }
  await app.register(streamRoute, { hub, signedIn: async () => who, standing: async () => who })
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  onTestFinished(async () => {
    hub.close()
    await app.close()
  })

  const open = async () => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET ${STREAM_PATH} HTTP/1.1\r\nhost: rounds\r\n`)
    socket.write(`${PROTOCOL_HEADER}: ${PROTOCOL_VERSION}\r\n\r\n`)
    await once(socket, 'data')
    return socket
  }
  const [slow, quick] = [await open(), await open()]
  slow.pause()
  let heard = ''
  quick.on('data', (chunk: Buffer) => (heard = (heard + chunk.toString()).slice(-400)))
  await expect.poll(() => hub.size).toBe(2)

  let seq = 1000
  while (hub.size === 2 && seq < MOST_CHANGES) {
    tell({ type: 'documents', collection: 'cases', seq: (seq += 1) })
    await new Promise(setImmediate)
  }
  expect(hub.size).toBe(1)
  tell({ type: 'documents', collection: 'cases', seq: seq + 1 })
  await expect.poll(() => heard).toContain(`"cases":${seq + 1}`)
  slow.destroy()
  quick.destroy()
}, 60_000)
