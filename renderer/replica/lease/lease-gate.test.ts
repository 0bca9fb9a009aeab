import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EnrolInput, Replica, ReplicaGate } from '../contract.ts'
import { systemEnvironment } from '../environment.ts'
import { decodeKeyRecord, encodeKeyRecord } from '../keys/index.ts'
import { createReplicaGate } from '../replica-gate.ts'
import { openDexiePageStore, openReplicaRegistry } from '../storage/index.ts'
import { machine } from '../testing/machine.ts'
import { quickRunner } from '../testing/quick-runner.ts'
import { aCase, coordinator, reached } from '../testing/replica-on-memory.ts'
import { ScriptedServer } from '../testing/scripted-server.ts'

// The lease at the gate: a laptop that is opened days later, with and without a network.

const DAY = 24 * 3_600_000
const passphrase = 'four words on paper'
const input: EnrolInput = {
  serverUrl: 'http://rounds.test',
  login: 'carla',
  password: 'rounds-demo-2026',
  passphrase,
  deviceLabel: 'laptop',
}
const silent = (): void => undefined
const factory = { indexedDB: new IDBFactory(), IDBKeyRange }

let server: ScriptedServer
let host: ReturnType<typeof machine>
let passed: number
let open: Replica[]

beforeEach(() => {
  const { user, organisation } = coordinator()
  server = new ScriptedServer({ user, organisation })
  host = machine()
  factory.indexedDB = new IDBFactory()
  passed = 0
  open = []
})
afterEach(async () => {
  for (const replica of open) await replica.lock()
})

function gate(): ReplicaGate {
  const clock = { now: () => Date.now() + passed }
  return createReplicaGate({
    host,
    runner: quickRunner,
    indexedDb: factory,
    environment: { ...systemEnvironment, clock, fetch: server.fetch },
  })
}

async function unlock(replica: Replica): Promise<Replica> {
  const again = await gate().unlock(replica.replicaId, passphrase, silent)
  open.push(again)
  return again
}

/** Locked, with something unsent in it, and out of reach of the server. */
async function leftAlone(): Promise<Replica> {
  const replica = await gate().enrol(input, silent)
  await reached(replica, 'done')
  server.cut()
  await replica.create('cases', aCase('written offline'))
  await replica.lock()
  return replica
}

/** Takes the lease out of what lies in the clear. */
async function stripHeader(replica: Replica): Promise<void> {
  const registry = openReplicaRegistry(factory)
  const name = (await registry.get(replica.replicaId))?.databaseName ?? ''
  registry.close()
  const pages = await openDexiePageStore(name, factory)
  const { lease, ...record } = decodeKeyRecord((await pages.readHeader()) ?? new Uint8Array())
  expect(lease).toBeDefined()
  await pages.writeHeader(encodeKeyRecord(record))
  await pages.close()
}

describe('the lease of a copy', () => {
  test('lets it open offline until it ends, then not', async () => {
    const replica = await leftAlone()
    passed = 6 * DAY
    await (await unlock(replica)).lock()
    passed = 8 * DAY
    await expect(unlock(replica)).rejects.toMatchObject({ code: 'replica.lease' })
  })

  test('is renewed by contact, and nothing that was not sent is lost', async () => {
    const replica = await leftAlone()
    passed = 30 * DAY
    await expect(unlock(replica)).rejects.toMatchObject({ code: 'replica.lease' })
    server.online = true
    server.leaseDays = 40
    const again = await unlock(replica)
    await reached(again, 'done')
    expect(server.pushes.flat().map(({ doc }) => doc['subject'])).toEqual(['written offline'])
    server.cut()
    await again.lock()
    passed = 35 * DAY
    await unlock(replica)
  })

  test('does not open after its end for a device that the server refuses', async () => {
    const replica = await leftAlone()
    passed = 8 * DAY
    server.online = true
    server.script.refuse = () => 'access.revoked'
    await expect(unlock(replica)).rejects.toMatchObject({ code: 'access.revoked' })
    delete server.script.refuse
    await unlock(replica)
  })

  test('is no trouble for a laptop whose clock is always wrong', async () => {
    passed = -30 * DAY
    const replica = await leftAlone()
    await (await unlock(replica)).lock()
    passed = -24 * DAY
    await (await unlock(replica)).lock()
    passed = -22 * DAY
    await expect(unlock(replica)).rejects.toMatchObject({ code: 'replica.lease' })
  })

  test('notices a clock that was set back, and asks for contact', async () => {
    const replica = await leftAlone()
    passed = 3 * DAY
    await (await unlock(replica)).lock()
    passed = DAY
    await expect(unlock(replica)).rejects.toMatchObject({
      code: 'replica.lease',
      facts: { why: 'its clock was set back' },
    })
    server.online = true
    await unlock(replica)
  })

  test('tells at the next contact of each unlock that it refused, and when, and of the clock', async () => {
    const replica = await leftAlone()
    const from = Date.now()
    passed = 3 * DAY
    await (await unlock(replica)).lock()
    for (const days of [1, 11, 12]) {
      passed = days * DAY
      await expect(unlock(replica)).rejects.toMatchObject({ code: 'replica.lease' })
    }
    server.online = true
    server.reads.length = 0
    await reached(await unlock(replica), 'done')
    const told = () => server.reads.flatMap(({ entries }) => entries)
    const ofTheGate = () =>
      told().flatMap(({ did, at }) =>
        ['unlock-refused', 'clock-set-back'].includes(did)
          ? [[did, Math.floor((Date.parse(at) - from) / DAY)]]
          : [],
      )
    await expect.poll(ofTheGate).toEqual([
      ['clock-set-back', 1],
      ['unlock-refused', 1],
      ['unlock-refused', 11],
      ['unlock-refused', 12],
    ])
    await open.pop()?.lock()
    await reached(await unlock(replica), 'done')
    expect(ofTheGate()).toHaveLength(4)
  })

  test('holds also where it was taken out of the record', async () => {
    const replica = await leftAlone()
    await stripHeader(replica)
    passed = 8 * DAY
    await expect(unlock(replica)).rejects.toMatchObject({ code: 'replica.lease' })
    server.online = true
    await unlock(replica)
  })

  test('lets an order to wipe reach a copy that does not open any more', async () => {
    const replica = await leftAlone()
    passed = 8 * DAY
    server.online = true
    server.script.refuse = (path) => (path === '/sync/wiped' ? undefined : 'access.wiped')
    await expect(unlock(replica)).rejects.toMatchObject({ code: 'access.wiped' })
    // What a start begins a new log with comes and goes by itself.
    await expect
      .poll(async () => (await factory.indexedDB.databases()).map(({ name }) => name))
      .toEqual(['rounds-machine'])
    await expect.poll(() => server.wiped.length).toBe(1)
    expect(await gate().notices()).toMatchObject([{ login: 'carla' }])
  })
})
