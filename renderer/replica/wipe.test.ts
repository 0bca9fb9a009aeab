import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EnrolInput, Replica, ReplicaGate } from './contract.ts'
import { systemEnvironment } from './environment.ts'
import { createReplicaGate } from './replica-gate.ts'
import { openDexiePageStore, openReplicaRegistry } from './storage/index.ts'
import { machine } from './testing/machine.ts'
import { quickRunner } from './testing/quick-runner.ts'
import { aCase, coordinator, reached } from './testing/replica-on-memory.ts'
import { ScriptedServer } from './testing/scripted-server.ts'

const passphrase = 'four words on paper'
const input: EnrolInput = {
  serverUrl: 'http://rounds.test',
  login: 'carla',
  password: 'rounds-demo-2026',
  passphrase,
  deviceLabel: 'laptop',
}
const silent = (): void => undefined

let server: ScriptedServer
let host: ReturnType<typeof machine>
let indexedDB: IDBFactory
let open: Replica[]
let wiped: PromiseWithResolvers<void>

beforeEach(() => {
  const { user, organisation } = coordinator()
  server = new ScriptedServer({ user, organisation })
  host = machine()
  indexedDB = new IDBFactory()
  open = []
  wiped = Promise.withResolvers()
})
afterEach(async () => {
  for (const replica of open) await replica.lock()
})

/** Each is another start of the program on the same machine. */
function start(over: Partial<typeof host> = {}): ReplicaGate {
  return createReplicaGate({
    host: { ...host, ...over },
    runner: quickRunner,
    indexedDb: { indexedDB, IDBKeyRange },
    environment: { ...systemEnvironment, fetch: server.fetch },
    onWiped: () => wiped.resolve(),
  })
}

async function enrolled(gate = start()): Promise<Replica> {
  const replica = await gate.enrol(input, silent)
  open.push(replica)
  await reached(replica, 'done')
  return replica
}

async function databases(): Promise<(string | undefined)[]> {
  return (await indexedDB.databases()).map(({ name }) => name)
}

/** From the next request on, but for the confirmation itself. */
function orderWipe(): void {
  server.script.refuse = (path) => (path === '/sync/wiped' ? undefined : 'access.wiped')
  server.tell({ type: 'revoked', code: 'access.wiped' })
}

describe('a copy that the user gives up', () => {
  test.each([
    ['the machine does not answer', { call: () => Promise.reject(new Error('killed')) }],
    [
      'the window goes',
      {
        call: () => {
          indexedDB.deleteDatabase = () => {
            throw new Error('killed')
          }
          return Promise.reject(new Error('killed'))
        },
      },
    ],
  ])('has no keys any more when %s in between, and the next start ends it', async (_what, killed) => {
    const { deleteDatabase } = indexedDB
    const replica = await enrolled()
    await replica.lock()
    const registry = openReplicaRegistry({ indexedDB, IDBKeyRange })
    const databaseName = (await registry.get(replica.replicaId))?.databaseName ?? ''
    registry.close()
    await expect(start(killed).forget(replica.replicaId)).rejects.toThrow('killed')
    const pages = await openDexiePageStore(databaseName, { indexedDB, IDBKeyRange })
    expect([await pages.readHeader(), (await pages.keys()).length > 0]).toEqual([null, true])
    await pages.close()

    indexedDB.deleteDatabase = deleteDatabase
    expect(await start().summaries()).toEqual([])
    expect([await databases(), host.secrets.size]).toEqual([['rounds-machine'], 0])
    expect(await start().notices()).toEqual([])
  })
})

describe('a wipe that the server orders', () => {
  test('destroys the copy, is confirmed to the server, and the user is told', async () => {
    const replica = await enrolled()
    await replica.create('cases', aCase('not for others'))
    orderWipe()
    await wiped.promise
    expect([await databases(), host.secrets.size]).toEqual([['rounds-machine'], 0])
    expect(server.wiped).toMatchObject([{ deviceId: replica.deviceId, order: '2026-01-05T08:00:00.000Z' }])
    await expect(replica.create('cases', aCase('too late'))).rejects.toMatchObject({ code: 'replica.locked' })

    const gate = start()
    expect(await gate.summaries()).toEqual([])
    expect(await gate.notices()).toMatchObject([{ login: 'carla', code: 'access.wiped' }])
    await gate.dismiss(replica.replicaId)
    expect(await start().notices()).toEqual([])
  })

  test('is obeyed by a copy that was locked when it was ordered, once it is opened', async () => {
    const replica = await enrolled()
    await replica.lock()
    orderWipe()
    await start().unlock(replica.replicaId, passphrase, silent)
    await wiped.promise
    expect([await databases(), server.wiped.length]).toEqual([['rounds-machine'], 1])
  })

  test('cut short by a kill is ended by the next start, and confirmed when the server is reached', async () => {
    let alive = true
    const call: typeof host.call = (name, payload) =>
      alive || name !== 'forget' ? host.call(name, payload) : Promise.reject(new Error('killed'))
    const replica = await enrolled(start({ call }))
    alive = false
    orderWipe()
    await wiped.promise
    expect([host.secrets.size, server.wiped.length]).toEqual([1, 0])

    server.cut()
    expect(await start().summaries()).toEqual([])
    expect([await databases(), host.secrets.size]).toEqual([['rounds-machine'], 0])
    await start().dismiss(replica.replicaId)
    server.online = true
    await start().summaries()
    await expect.poll(() => server.wiped.length).toBe(1)
  })

  test('is not carried out on the word of the stream alone', async () => {
    const replica = await enrolled()
    server.tell({ type: 'revoked', code: 'access.wiped' })
    await reached(replica, 'done')
    expect((await start().summaries()).length).toBe(1)
  })
})
