import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EnrolInput, Replica, ReplicaGate } from '../contract.ts'
import { systemEnvironment } from '../environment.ts'
import type { KeyRing } from '../keys/index.ts'
import { createReplicaGate } from '../replica-gate.ts'
import { contentAt } from '../storage/cipher/page-body.ts'
import { pageCipher } from '../storage/cipher/page-cipher.ts'
import { openDexiePageStore, openReplicaRegistry } from '../storage/index.ts'
import { sealedPieces } from '../storage/pieces/sealed-pieces.ts'
import { anEmergencySet, onWire, restricted } from '../testing/an-emergency-set.ts'
import { machine } from '../testing/machine.ts'
import { quickRunner } from '../testing/quick-runner.ts'
import { aPatient, clinician, reached } from '../testing/replica-on-memory.ts'
import { ScriptedServer } from '../testing/scripted-server.ts'

// A whole copy on a machine: from its first contact to the next one after an emergency without a network.

const passphrase = 'four words on paper'
const why = { reason: 'cannot-consent', words: 'Found without consciousness', passphrase } as const
const input: EnrolInput = {
  serverUrl: 'http://rounds.test',
  login: 'clara',
  password: 'rounds-demo-2026',
  passphrase,
  deviceLabel: 'laptop',
}
const silent = (): void => undefined

let server: ScriptedServer
let host: ReturnType<typeof machine>
let indexedDb: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange }
let ring: KeyRing
let open: Replica[]
let set: ReturnType<typeof anEmergencySet>

beforeEach(() => {
  const { user, organisation } = clinician()
  server = new ScriptedServer({ user, organisation })
  set = anEmergencySet(user)
  server.emergencySet = onWire(set)
  host = machine()
  indexedDb = { indexedDB: new IDBFactory(), IDBKeyRange }
  open = []
})
afterEach(async () => {
  for (const replica of open) await replica.lock()
})

function gate(): ReplicaGate {
  const environment = { ...systemEnvironment, fetch: server.fetch }
  const onKeys = async (keys: KeyRing): Promise<void> => void (ring = keys)
  return createReplicaGate({ host, runner: quickRunner, indexedDb, environment, onKeys })
}

async function kept(replica: Replica): Promise<Replica> {
  open.push(replica)
  await firstValueFrom(replica.emergency.kept$.pipe(filter((one) => one !== null)))
  return replica
}

const enrolled = async () => kept(await gate().enrol(input, silent))
const unlocked = async ({ replicaId }: Replica) => kept(await gate().unlock(replicaId, passphrase, silent))

/** Everything that the data keys in memory open of what lies on the disk. */
async function readable({ replicaId }: Replica): Promise<string> {
  const registry = openReplicaRegistry(indexedDb)
  const store = await openDexiePageStore((await registry.get(replicaId))?.databaseName ?? '', indexedDb)
  registry.close()
  const [cipher, pieces] = [pageCipher(replicaId, ring), sealedPieces(store.pieces, replicaId, ring)]
  const texts: string[] = []
  const decoder = new TextDecoder()
  for (const [key, page] of await store.read(await store.keys())) {
    const body = await cipher.openBody(key, page)
    if (body === null || !('packed' in body)) throw new Error('a page that does not open')
    for (const at of body.ids.keys()) texts.push(decoder.decode(contentAt(body, at)))
  }
  for (const key of await store.pieces.keys()) {
    const piece = await pieces.get(key)
    if (piece === null) throw new Error('a piece that does not open')
    texts.push(decoder.decode(piece))
  }
  await store.close()
  return texts.join('\n')
}

test('is opened offline after a restart, looked at, ended by the lock, and told once at the next contact', async () => {
  const first = await enrolled()
  await reached(first, 'done')
  await first.lock()
  server.cut()
  const replica = await unlocked(first)
  expect(replica.search('quillfeather')).toEqual([])
  expect(await replica.get('patients', set.patientId)).toBeNull()
  const opened = await replica.emergency.openKept(why)
  expect(opened.find('quillfeather')).toHaveLength(1)
  expect(JSON.stringify(await opened.records(set.patientId))).toContain(restricted.note)
  expect(replica.search('quillfeather')).toEqual([])
  await replica.lock()
  expect(opened.left()).toBe(0)
  server.mend()
  const again = await unlocked(replica)
  await reached(again, 'done')
  const told = () =>
    server.reads.flatMap(({ entries }) => entries).filter(({ emergency }) => emergency !== undefined)
  await expect.poll(() => told().length).toBeGreaterThan(4)
  expect(told().filter(({ did }) => did === 'break-glass')).toMatchObject([
    { emergency: opened.id, opening: { reason: why.reason, words: why.words } },
  ])
  expect(told().at(-1)?.did).toBe('emergency-end')
  expect(told().every(({ emergency }) => emergency === opened.id)).toBe(true)
})

test('no data key in memory reads it: neither pages nor pieces hold a word of it', async () => {
  const replica = await enrolled()
  await reached(replica, 'done')
  await replica.create('patients', aPatient('Ordinary Marmalade'))
  // The control: what is ordinary is found in the same way. Pages move while they are read.
  await expect.poll(() => readable(replica), { timeout: 10_000 }).toContain('Ordinary Marmalade')
  const text = await readable(replica)
  for (const secret of [restricted.family, restricted.note]) expect(text).not.toContain(secret)
  const opened = await replica.emergency.openKept(why)
  await opened.records(set.patientId)
  const after = await readable(replica)
  for (const secret of [restricted.family, restricted.note]) expect(after).not.toContain(secret)
})

test('outlives a new data key, whose pieces are sealed anew, and a start that takes away stray pieces', async () => {
  const replica = await enrolled()
  await reached(replica, 'done')
  await replica.rotateDataKey()
  await replica.lock()
  const again = await unlocked(replica)
  await reached(again, 'done')
  expect((await again.emergency.openKept(why)).find('quillfeather')).toHaveLength(1)
})

test('a copy that was made before has none until its next contact, and says so', async () => {
  server.emergencySet = null
  const replica = await gate().enrol(input, silent)
  open.push(replica)
  await reached(replica, 'done')
  await expect(replica.emergency.openKept(why)).rejects.toMatchObject({ code: 'emergency.none' })
  await replica.lock()
  server.emergencySet = onWire(set)
  await unlocked(replica)
})

test('goes with the copy: a wipe takes what both key classes hang on first', async () => {
  const replica = await enrolled()
  await replica.lock()
  await gate().forget(replica.replicaId)
  expect(host.secrets.size).toBe(0)
  // What a start begins a new log with comes and goes by itself.
  await expect
    .poll(async () => (await indexedDb.indexedDB.databases()).map(({ name }) => name))
    .toEqual(['rounds-machine'])
})
