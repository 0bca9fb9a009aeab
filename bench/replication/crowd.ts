import { readFile } from 'node:fs/promises'
import { get } from 'node:http'
import type { ClientRequest } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { STREAM_PATH } from '#app/protocol/index.ts'
import { draftsOf } from './documents.ts'
import { enrol } from './wire.ts'
import type { Device } from './wire.ts'

// Many live streams of one server, and what they cost.

/** Connections that are opened at the same time. */
const AT_ONCE = 50
const DEVICES = 20

type Crowd = {
  /** How many events of something that moved were heard since the last call. */
  heard(): number
  close(): void
}

/** Bytes of the server's memory for each idle stream, and milliseconds from a push until the last of them heard. */
export async function crowded(
  url: string,
  pid: number,
  size: number,
): Promise<{ memory: number; fanout: number }> {
  const devices: Device[] = []
  for (let count = 0; count < DEVICES; count += 1) devices.push(await enrol(url, 'live'))
  const before = await residentBytes(pid)
  const crowd = await openCrowd(url, devices, size)
  await pause(1000)
  const memory = ((await residentBytes(pid)) - before) / size
  crowd.heard()
  const started = performance.now()
  await pushOne(devices[0])
  let heard = 0
  while (heard < size) {
    await pause(1)
    heard += crowd.heard()
    if (performance.now() - started > 60_000) throw new Error(`${heard} of ${size} streams heard`)
  }
  const fanout = performance.now() - started
  crowd.close()
  return { memory, fanout }
}

async function pushOne(device: Device | undefined): Promise<void> {
  const [doc] = draftsOf('live', 1)
  if (device === undefined || doc === undefined) throw new Error('nobody to push')
  const { id, edit } = doc
  await device.ask('push', {
    items: [{ collection: 'cases', id, rev: '', edit, author: device.userId, doc }],
  })
}

export async function openCrowd(url: string, devices: readonly Device[], size: number): Promise<Crowd> {
  const requests: ClientRequest[] = []
  let heard = 0
  while (requests.length < size) {
    const open = Array.from({ length: Math.min(AT_ONCE, size - requests.length) }, (_, index) =>
      openStream(url, devices[index % devices.length], () => (heard += 1)),
    )
    requests.push(...(await Promise.all(open)))
  }
  return {
    heard() {
      const count = heard
      heard = 0
      return count
    },
    close() {
      for (const request of requests) request.destroy()
    },
  }
}

/** Resolves with the first event: the stream is open then. */
function openStream(url: string, device: Device | undefined, onNews: () => void): Promise<ClientRequest> {
  const headers = device?.prover.headers('GET', STREAM_PATH, device.token)
  return new Promise((resolve, reject) => {
    const request = get(`${url}${STREAM_PATH}`, { ...(headers && { headers }), agent: false }, (response) => {
      response.once('data', () => resolve(request))
      response.on('data', (chunk: Buffer) => {
        if (chunk.includes('"heads"') || chunk.includes('"page"')) onNews()
      })
      response.on('error', () => {})
    })
    request.on('error', reject)
  })
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}
