import { fdatasync, open, write } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '#build/targets.ts'
import { newId, systemClock } from '#app/kernel/index.ts'
import { demoFeed, startHl7 } from '#sync-server/hl7/index.ts'
import type { Hl7 } from '#sync-server/hl7/index.ts'
import { encodeFrame } from '#sync-server/hl7/mllp/codec.ts'
import { startMllpListener } from '#sync-server/hl7/mllp/listener.ts'
import { createWriteDoor } from '#sync-server/replication/write-door.ts'
import { groupCommit } from '#sync-server/store/dialects/group-commit.ts'
import { openStore } from '#sync-server/store/index.ts'
import type { ListenerName } from './peers.ts'

// What the load is sent to. Ours with either store; what the machine can do at best; a peer.

export type Listening = {
  readonly port: number
  /** Messages that are written where a replica sees them, since the start. */
  readonly applied: () => number
  readonly idle: () => Promise<void>
  readonly close: () => Promise<void>
}

export type Place = { readonly folder: string; readonly databaseUrl: string | null; readonly schema: string }

export const listeners: Readonly<Record<ListenerName, (place: Place) => Promise<Listening>>> = {
  sqlite: ({ folder }) => rounds({ dataFolder: folder }),
  postgres: ({ folder, databaseUrl, schema }) =>
    rounds({ dataFolder: folder, databaseUrl: databaseUrl ?? undefined, schema }),
  raw,
  echo,
  'node-hl7-server': peer,
}

async function rounds(options: Omit<Parameters<typeof openStore>[0], 'masterKey'>): Promise<Listening> {
  const store = await openStore({ ...options, masterKey: Buffer.alloc(32, 7).toString('base64') })
  const zone = 'America/New_York'
  await store.createOrganisation({ id: newId(), name: 'Synthetic', data: 'synthetic', zone })
  const authority = { namespace: 'GENERAL', universalId: '2.999.1', universalIdType: 'ISO' }
  await store.feeds.save(demoFeed({ site: newId(), authority, zone, at: '2026-05-01T00:00:00.000Z' }))
  const fail = (fault: unknown): void => console.error(fault)
  const door = createWriteDoor({ store, clock: systemClock, onFault: fail })
  const log = { warn: fail, error: fail }
  const hl7: Hl7 = await startHl7({ store, door, config: { host: '127.0.0.1', port: 0 }, log })
  return {
    port: hl7.port,
    applied: () => hl7.stats().ended.applied,
    idle: () => hl7.idle(),
    async close() {
      await hl7.close()
      await store.close()
    },
  }
}

const answer = encodeFrame(Buffer.from('MSH|^~\\&|A|B|C|D|20260511083000||ACK|1|P|2.5.1\rMSA|AA|1\r'))

/** The limit: our codec, and each message made durable by an append with group commit, then answered. Nothing is read. */
async function raw({ folder }: Place): Promise<Listening> {
  const file = await promisify(open)(join(folder, 'raw'), 'a')
  const append = groupCommit(
    async (messages: readonly Buffer[]) => {
      await promisify(write)(file, Buffer.concat(messages))
      await promisify(fdatasync)(file)
      return messages.map(() => undefined)
    },
    { most: 256 },
  )
  const ack = answer.subarray(1, -2)
  const listener = await startMllpListener({
    host: '127.0.0.1',
    port: 0,
    portSetting: '',
    handle: async (message) => {
      await append(message)
      return { type: 'answer', replies: [ack] }
    },
  })
  return unapplied(listener.port, () => listener.close())
}

/** What loopback and this load generator can do: bytes go back as they came. */
async function echo(): Promise<Listening> {
  const server = createServer({ noDelay: true }, (socket) => void socket.pipe(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return unapplied((server.address() as AddressInfo).port, async () => void server.close())
}

/** The slice of node-hl7-server that is used, typed here so that `tsc` needs no installed peers. */
type PeerModule = {
  readonly Server: new () => {
    createInbound(
      options: { readonly port: number },
      handle: (request: unknown, response: { sendResponse(code: 'AA'): Promise<void> }) => Promise<void>,
    ): { on(event: 'listen', then: () => void): void; close(): Promise<unknown> }
  }
}

/** It stores nothing: it parses and answers. */
async function peer(): Promise<Listening> {
  const path = join(root, 'bench/peers/node_modules/node-hl7-server/lib/esm/index.js')
  const { Server } = (await import(path)) as PeerModule
  const { freePort } = await import('../../e2e/harness/free-port.ts')
  const port = await freePort()
  const inbound = new Server().createInbound({ port }, (_request, response) => response.sendResponse('AA'))
  await new Promise<void>((resolve) => inbound.on('listen', resolve))
  return unapplied(port, async () => void (await inbound.close()))
}

function unapplied(port: number, close: () => Promise<void>): Listening {
  return { port, applied: () => 0, idle: async () => {}, close }
}
