import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import sodium from 'libsodium-wrappers-sumo'
import { firstValueFrom } from 'rxjs'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { base64Of, bytesOf } from '#app/kernel/base64.ts'
import { openFirst, openSecond } from '#app/recovery/index.ts'
import type { KeyPair, RecoveryKeys, SealedBoxes } from '#app/recovery/index.ts'
import type { EnrolInput, Replica, ReplicaGate } from './contract.ts'
import { systemEnvironment } from './environment.ts'
import { createReplicaGate } from './replica-gate.ts'
import { machine } from './testing/machine.ts'
import { quickRunner } from './testing/quick-runner.ts'
import { aCase, coordinator, reached } from './testing/replica-on-memory.ts'
import { ScriptedServer } from './testing/scripted-server.ts'

const forgotten = 'four words on paper'
const next = 'five words on a wall'
const input: EnrolInput = {
  serverUrl: 'http://rounds.test',
  login: 'carla',
  password: 'rounds-demo-2026',
  passphrase: forgotten,
  deviceLabel: 'laptop',
}
const silent = (): void => undefined
const boxes: SealedBoxes = {
  seal: (content, publicKey) => sodium.crypto_box_seal(content, publicKey),
  open(box, { publicKey, privateKey }) {
    try {
      return sodium.crypto_box_seal_open(box, bytesOf(publicKey), bytesOf(privateKey))
    } catch {
      return null
    }
  },
}

let holders: KeyPair[]
let keys: RecoveryKeys
let server: ScriptedServer
let host: ReturnType<typeof machine>
let indexedDB: IDBFactory
let open: Replica[]

beforeAll(async () => {
  await sodium.ready
  holders = [0, 1, 2].map(() => {
    const { publicKey, privateKey } = sodium.crypto_box_keypair()
    return {
      publicKey: base64Of(new Uint8Array(publicKey)),
      privateKey: base64Of(new Uint8Array(privateKey)),
    }
  })
  keys = [holderAt(0).publicKey, holderAt(1).publicKey, holderAt(2).publicKey]
})
beforeEach(() => {
  const { user, organisation } = coordinator()
  server = new ScriptedServer({ user, organisation })
  server.recoveryKeys = keys
  host = machine()
  indexedDB = new IDBFactory()
  open = []
})
afterEach(async () => {
  for (const replica of open) await replica.lock()
})

function holderAt(index: number): KeyPair {
  const pair = holders[index]
  if (pair === undefined) throw new Error('no such holder')
  return pair
}

/** Each is another start of the program. */
function start(on = host): ReplicaGate {
  return createReplicaGate({
    host: on,
    runner: quickRunner,
    indexedDb: { indexedDB, IDBKeyRange },
    environment: { ...systemEnvironment, fetch: server.fetch },
  })
}

async function kept(opening: Promise<Replica>): Promise<Replica> {
  const replica = await opening
  open.push(replica)
  return replica
}

/** Locked, with something unsent in it. */
async function lockedCopy(): Promise<{ replica: Replica; id: string }> {
  const replica = await kept(start().enrol(input, silent))
  await reached(replica, 'done')
  server.script.refuse = (path) => (path === '/sync/push' ? 'server.maintenance' : undefined)
  const { id } = await replica.create('cases', aCase('never sent'))
  await replica.lock()
  return { replica, id }
}

/** What two holders do on their machines, for the last request. */
function approve(replica: Replica): void {
  const sealed = server.escrows[0]?.boxes ?? []
  const left = openFirst(boxes, sealed, holderAt(2)) ?? []
  const secret = openSecond(boxes, left, replica.replicaId, holderAt(0))
  const publicKey = server.recoveries.at(-1)?.publicKey ?? ''
  if (secret === null) throw new Error('the holders do not open it')
  server.recoveryBox = base64Of(new Uint8Array(boxes.seal(secret, bytesOf(publicKey))))
}

describe('a forgotten passphrase', () => {
  test('is replaced once two holders have approved, and what was not sent is still there', async () => {
    const { replica, id } = await lockedCopy()
    const { replicaId } = replica
    expect(await start().recovery(replicaId)).toEqual({ state: 'possible' })
    const asked = await start().askRecovery(replicaId)
    // The same code after a restart, and when it is asked for again.
    expect(await start().recovery(replicaId)).toEqual(asked)
    expect(await start().askRecovery(replicaId)).toEqual(asked)
    await expect(start().recover(replicaId, next, silent)).rejects.toMatchObject({ code: 'recovery.waiting' })

    approve(replica)
    const again = await kept(start().recover(replicaId, next, silent))
    expect(await again.get('cases', id)).toMatchObject({ subject: 'never sent' })
    await again.lock()
    await expect(start().unlock(replicaId, forgotten, silent)).rejects.toMatchObject({
      code: 'replica.passphrase',
    })
    server.script.refuse = () => undefined
    const unlocked = await kept(start().unlock(replicaId, next, silent))
    // Of each passphrase that was set it was told how hard it is to guess.
    await reached(unlocked, 'done')
    const told = () =>
      server.reads.flatMap(({ entries }) => entries).filter(({ did }) => did === 'passphrase')
    await expect.poll(() => told().map(({ strength }) => strength)).toEqual(['strong', 'strong'])
  })

  test('that was replaced is told of at the next start, until it is read', async () => {
    const { replica } = await lockedCopy()
    await start().askRecovery(replica.replicaId)
    approve(replica)
    await (await start().recover(replica.replicaId, next, silent)).lock()
    expect(await start().notices()).toMatchObject([{ login: 'carla', code: 'recovery.done' }])
    await start().dismiss(replica.replicaId)
    expect(await start().notices()).toEqual([])
    expect(await start().summaries()).toHaveLength(1)
  })

  test('is not replaced on another machine, whatever the holders sealed', async () => {
    const { replica } = await lockedCopy()
    await start().askRecovery(replica.replicaId)
    approve(replica)
    await expect(start(machine()).recover(replica.replicaId, next, silent)).rejects.toMatchObject({
      code: 'recovery.refused',
    })
    await kept(start().unlock(replica.replicaId, forgotten, silent))
  })

  test('is not replaced by an answer to another request', async () => {
    const { replica } = await lockedCopy()
    await start().askRecovery(replica.replicaId)
    const { publicKey } = sodium.crypto_box_keypair()
    server.recoveryBox = base64Of(new Uint8Array(boxes.seal(new Uint8Array(32), publicKey)))
    await expect(start().recover(replica.replicaId, next, silent)).rejects.toMatchObject({
      code: 'recovery.refused',
    })
  })

  test('can not be recovered where the organisation has no recovery key', async () => {
    server.recoveryKeys = null
    const { replica } = await lockedCopy()
    expect(server.escrows).toEqual([])
    expect(await start().recovery(replica.replicaId)).toEqual({ state: 'none' })
    await expect(start().askRecovery(replica.replicaId)).rejects.toMatchObject({ code: 'recovery.none' })
  })

  test('is recovered where the user said yes to a key that the organisation got later, or to another', async () => {
    server.recoveryKeys = null
    const { replica: first, id } = await lockedCopy()
    const { replicaId } = first
    const offered = async (replica: Replica) => {
      // The offer comes with a session.
      await expect.poll(() => firstValueFrom(replica.recoveryOffer$)).not.toBeNull()
      return firstValueFrom(replica.recoveryOffer$)
    }
    server.recoveryKeys = [keys[1], keys[0], keys[2]]
    const second = await kept(start().unlock(replicaId, forgotten, silent))
    expect(await offered(second)).toMatchObject({ replaces: false })
    expect(server.escrows).toEqual([])
    await expect(second.acceptRecovery('not the passphrase')).rejects.toMatchObject({
      code: 'replica.passphrase',
    })
    server.script.refuse = (path) =>
      path === '/sync/push' || path === '/sync/escrow' ? 'server.maintenance' : undefined
    await expect(second.acceptRecovery(forgotten)).rejects.toMatchObject({ code: 'server.maintenance' })
    await second.lock()
    expect(await start().recovery(replicaId)).toEqual({ state: 'none' })

    server.script.refuse = (path) => (path === '/sync/push' ? 'server.maintenance' : undefined)
    server.recoveryKeys = keys
    const third = await kept(start().unlock(replicaId, forgotten, silent))
    expect(await offered(third)).toMatchObject({ replaces: false })
    await third.acceptRecovery(forgotten)
    expect(await firstValueFrom(third.recoveryOffer$)).toBeNull()
    await third.lock()
    await start().askRecovery(replicaId)
    approve(third)
    const recovered = await kept(start().recover(replicaId, next, silent))
    expect(await recovered.get('cases', id)).toMatchObject({ subject: 'never sent' })

    server.recoveryKeys = [keys[2], keys[0], keys[1]]
    await recovered.lock()
    const last = await kept(start().unlock(replicaId, next, silent))
    expect(await offered(last)).toMatchObject({ replaces: true })
  })

  test('sets no copy up whose escrow did not reach the server', async () => {
    server.script.refuse = (path) => (path === '/sync/escrow' ? 'server.maintenance' : undefined)
    await expect(start().enrol(input, silent)).rejects.toMatchObject({ code: 'server.maintenance' })
    expect([await start().summaries(), host.secrets.size]).toEqual([[], 0])
  })
})
