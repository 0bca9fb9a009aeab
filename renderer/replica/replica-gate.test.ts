import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { routes } from '#app/protocol/index.ts'
import type { EnrolInput, OpenProgress, Replica, ReplicaGate } from './contract.ts'
import { systemEnvironment } from './environment.ts'
import { createReplicaGate } from './replica-gate.ts'
import { inlineRunner } from './testing/inline-runner.ts'
import { machine } from './testing/machine.ts'
import { aCase, allRead, coordinator, reached } from './testing/replica-on-memory.ts'
import { ScriptedServer } from './testing/scripted-server.ts'

// The way in, over real keys (Argon2id) and IndexedDB as fake-indexeddb does it.

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
/** Milliseconds that the machine's clock is ahead. */
let passed: number

beforeEach(() => {
  const { user, organisation } = coordinator()
  server = new ScriptedServer({ user, organisation })
  host = machine()
  indexedDB = new IDBFactory()
  open = []
  passed = 0
})

afterEach(async () => {
  for (const replica of open) await replica.lock()
})

/** Each is another window on the same machine. */
function gate(): ReplicaGate {
  return createReplicaGate({
    host,
    runner: inlineRunner,
    indexedDb: { indexedDB, IDBKeyRange },
    environment: { ...systemEnvironment, clock: { now: () => Date.now() + passed }, fetch: server.fetch },
  })
}

async function kept(opening: Promise<Replica>): Promise<Replica> {
  const replica = await opening
  open.push(replica)
  return replica
}

test('a replica is enrolled, locked, and opened offline with everything in it', async () => {
  const steps: OpenProgress[] = []
  const enrolled = await kept(gate().enrol(input, (progress) => steps.push(progress)))
  expect([...new Set(steps.map(({ step }) => step))]).toEqual(['keys', 'signing-in', 'reading', 'ready'])
  await reached(enrolled, 'done')
  server.cut()
  const { id } = await enrolled.create('cases', aCase('written offline'))
  await enrolled.lock()

  const [summary] = await gate().summaries()
  expect(summary).toMatchObject({ login: 'carla', replicaId: enrolled.replicaId, serverUrl: input.serverUrl })
  const again = await kept(gate().unlock(enrolled.replicaId, passphrase, silent))
  expect(await again.get('cases', id)).toMatchObject({ subject: 'written offline' })
  expect(again.user).toEqual(enrolled.user)
  expect(again.organisation).toEqual(enrolled.organisation)
  expect(again.deviceId).toBe(enrolled.deviceId)
  await allRead(again)
  expect(again.status()).toMatchObject({ pending: 1 })
})

test('the keys that the server announces are handed to the machine, at the enrolment and with a later session', async () => {
  const [now, next, later] = ['n', 'x', 'l'].map((letter) => `${letter.repeat(43)}=`) as [
    string,
    string,
    string,
  ]
  server.serverPins = [now, next]
  const enrolled = await kept(gate().enrol(input, silent))
  await reached(enrolled, 'done')
  expect(host.pinned).toEqual([[now, next]])
  await enrolled.lock()
  server.serverPins = [next, later]
  const again = await kept(gate().unlock(enrolled.replicaId, passphrase, silent))
  await reached(again, 'done')
  expect(host.pinned.at(-1)).toEqual([next, later])
})

test('a wrong passphrase opens nothing, harms nothing, and can be tried again', async () => {
  const enrolled = await kept(gate().enrol(input, silent))
  await reached(enrolled, 'done')
  await enrolled.lock()
  const { replicaId } = enrolled
  await expect(gate().unlock(replicaId, 'four words on papyrus', silent)).rejects.toMatchObject({
    code: 'replica.passphrase',
  })
  const again = await kept(gate().unlock(replicaId, passphrase, silent))
  expect(again.user.login).toBe('carla')
})

test('after five wrong passphrases the right one has to wait, in another window and after a restart, too', async () => {
  const enrolled = await kept(gate().enrol(input, silent))
  await reached(enrolled, 'done')
  await enrolled.lock()
  const { replicaId } = enrolled
  const tried = (words: string) => gate().unlock(replicaId, words, silent)
  for (let count = 0; count < 5; count += 1) {
    await expect(tried('four words on papyrus')).rejects.toMatchObject({ code: 'replica.passphrase' })
  }
  passed = -60_000
  await expect(tried(passphrase)).rejects.toMatchObject({ code: 'replica.throttled', facts: { seconds: 1 } })
  passed = 2000
  expect((await kept(tried(passphrase))).user.login).toBe('carla')
})

test('a copy that was brought from another computer says so, and harms nothing', async () => {
  const enrolled = await kept(gate().enrol(input, silent))
  await enrolled.lock()
  const { replicaId } = enrolled
  const [own, other] = [host, machine()]
  host = other
  await expect(gate().unlock(replicaId, passphrase, silent)).rejects.toMatchObject({
    code: 'host.keeper-missing',
  })
  expect(other.secrets.size).toBe(0)
  host = own
  await kept(gate().unlock(replicaId, passphrase, silent))
})

test('a changed passphrase opens the replica from the next unlock on, with everything in it', async () => {
  const enrolled = await kept(gate().enrol(input, silent))
  await reached(enrolled, 'done')
  server.cut()
  const { id } = await enrolled.create('cases', aCase('written before'))
  await expect(
    enrolled.changePassphrase('not this one at all', 'five words on a wall'),
  ).rejects.toMatchObject({
    code: 'replica.passphrase',
  })
  await enrolled.changePassphrase(passphrase, 'five words on a wall')
  await enrolled.lock()
  await expect(gate().unlock(enrolled.replicaId, passphrase, silent)).rejects.toMatchObject({
    code: 'replica.passphrase',
  })
  const again = await kept(gate().unlock(enrolled.replicaId, 'five words on a wall', silent))
  expect(await again.get('cases', id)).toMatchObject({ subject: 'written before' })
})

test('the data key is renewed while the replica is open, and it opens as before', async () => {
  const enrolled = await kept(gate().enrol(input, silent))
  await reached(enrolled, 'done')
  const { id } = await enrolled.create('cases', aCase('under the old key'))
  await enrolled.rotateDataKey()
  await enrolled.lock()
  const again = await kept(gate().unlock(enrolled.replicaId, passphrase, silent))
  expect(await again.get('cases', id)).toMatchObject({ subject: 'under the old key' })
})

test('a second window on one replica is turned away while the first has it', async () => {
  const first = await kept(gate().enrol(input, silent))
  const { replicaId } = first
  await expect(gate().unlock(replicaId, passphrase, silent)).rejects.toMatchObject({ code: 'replica.in-use' })
  await expect(gate().forget(replicaId)).rejects.toMatchObject({ code: 'replica.in-use' })
  await first.lock()
  await kept(gate().unlock(replicaId, passphrase, silent))
})

test('a refused enrolment leaves nothing on the machine', async () => {
  server.script.refuse = () => 'access.credentials'
  await expect(gate().enrol(input, silent)).rejects.toMatchObject({ code: 'access.credentials' })
  expect(await gate().summaries()).toEqual([])
  expect(host.secrets.size).toBe(0)
  await expect(gate().enrol({ ...input, passphrase: 'short' }, silent)).rejects.toMatchObject({
    code: 'replica.passphrase-weak',
  })
  expect(await indexedDB.databases()).toMatchObject([{ name: 'rounds-machine' }])
})

test('a forgotten replica is gone: its keys first, then its pages', async () => {
  const enrolled = await kept(gate().enrol(input, silent))
  await enrolled.lock()
  await gate().forget(enrolled.replicaId)
  expect(await gate().summaries()).toEqual([])
  expect(host.secrets.size).toBe(0)
  await expect(gate().unlock(enrolled.replicaId, passphrase, silent)).rejects.toMatchObject({
    code: 'replica.damaged',
  })
})

test('a copy of which no page opens says so, and is filled again once the server can say whose it is', async () => {
  const enrolled = await kept(gate().enrol(input, silent))
  await reached(enrolled, 'done')
  const { id } = await enrolled.create('cases', aCase('sent before'))
  await reached(enrolled, 'syncing')
  await reached(enrolled, 'done')
  const { replicaId, deviceId, user } = enrolled
  await enrolled.lock()
  await breakEveryPage()

  server.online = false
  await expect(gate().unlock(replicaId, passphrase, silent)).rejects.toMatchObject({
    code: 'replica.damaged',
    facts: { what: 'it does not say whose it is' },
  })
  server.mend()
  const again = await kept(gate().unlock(replicaId, passphrase, silent))
  expect(again.status().problem?.code).toBe('replica.damaged')
  expect([again.deviceId, again.user.id]).toEqual([deviceId, user.id])
  await reached(again, 'done')
  expect(await again.get('cases', id)).toMatchObject({ subject: 'sent before', edit: '' })
  await again.lock()
  server.cut()
  const sound = await kept(gate().unlock(replicaId, passphrase, silent))
  expect(sound.status().problem).toBeNull()
  expect(await sound.get('cases', id)).toMatchObject({ subject: 'sent before' })
})

test('a copy whose record of keys is damaged opens by the second one, and says so where both are lost', async () => {
  const enrolled = await kept(gate().enrol(input, silent))
  await reached(enrolled, 'done')
  const { replicaId } = enrolled
  const { id } = await enrolled.create('cases', aCase('not sent yet'))
  await enrolled.lock()
  server.cut()

  await inEachStore('singles', async (singles) => {
    const record = await answer<Uint8Array>(singles.get('header'))
    await answer(
      singles.put(
        record.map((byte, at) => (at % 50 === 0 ? byte ^ 1 : byte)),
        'header',
      ),
    )
  })
  const opened = await kept(gate().unlock(replicaId, passphrase, silent))
  expect(await opened.get('cases', id)).toMatchObject({ subject: 'not sent yet' })
  await opened.lock()

  await inEachStore('singles', async (singles) => {
    for (const key of ['header', 'header copy']) await answer(singles.delete(key))
  })
  await expect(gate().unlock(replicaId, passphrase, silent)).rejects.toMatchObject({
    code: 'replica.keys-lost',
    facts: { what: 'missing' },
  })
})

/** Changes a byte of each page of the copies on this machine. */
function breakEveryPage(): Promise<void> {
  return inEachStore('pages', async (pages) => {
    for (const key of await answer(pages.getAllKeys())) {
      const bytes = await answer<Uint8Array>(pages.get(key))
      await answer(pages.put(bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1), key))
    }
  })
}

/** Of the copies on this machine, past the program. */
async function inEachStore(store: string, work: (store: IDBObjectStore) => Promise<void>): Promise<void> {
  for (const { name = '' } of await indexedDB.databases()) {
    if (name === 'rounds-machine') continue
    const database = await answer(indexedDB.open(name))
    await work(database.transaction(store, 'readwrite').objectStore(store))
    database.close()
  }
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('refused')))
  })
}

test('a person who signs in with the browser types its code, again where it was mistyped, over the same keys', async () => {
  const { password: _password, login: _login, ...asked } = input
  const shown: { signedIn?: { code: string }; device?: { replicaId: string } }[] = []
  server.script.refuse = (path, body) => {
    if (path !== routes.enrol.path) return undefined
    shown.push(body as (typeof shown)[number])
    return shown.length === 1 ? 'access.sign-in-code' : undefined
  }
  const signIn = await gate().beginSignIn(asked)
  await signIn.open()
  expect(host.opened).toEqual(['p'.repeat(43)])
  expect(signIn).toMatchObject({
    minutes: 10,
    address: `${asked.serverUrl}/console/sign-in/#${'p'.repeat(43)}`,
  })
  const typed = (code: string) => signIn.enrol({ code, invitation: undefined }, silent)
  await expect(typed('AAAA-AAAA')).rejects.toMatchObject({ code: 'access.sign-in-code' })
  const enrolled = await kept(typed('AAAA-BBBB'))
  expect(shown.map(({ signedIn }) => signedIn?.code)).toEqual(['AAAA-AAAA', 'AAAA-BBBB'])
  expect(new Set(shown.map(({ device }) => device?.replicaId))).toEqual(new Set([enrolled.replicaId]))
  expect(await gate().summaries()).toMatchObject([{ login: 'carla', replicaId: enrolled.replicaId }])
  // What has come in is nobody's to end, and nobody's to bring in again.
  await signIn.end()
  expect([...host.secrets.keys()]).toEqual([enrolled.replicaId])
  await expect(typed('AAAA-BBBB')).rejects.toMatchObject({ code: 'access.sign-in-over' })
})

test('a sign-in that nobody finishes leaves nothing behind, and neither does one that can not begin', async () => {
  const signIn = await gate().beginSignIn(input)
  expect(host.secrets.size).toBe(1)
  await signIn.end()
  expect(host.secrets.size).toBe(0)
  server.cut()
  await expect(gate().beginSignIn(input)).rejects.toMatchObject({ code: 'network.unreachable' })
  expect(host.secrets.size).toBe(0)
  expect(await gate().summaries()).toEqual([])
})
