import fc from 'fast-check'
import { filter, firstValueFrom } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { blankOf } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule, ViewOfModule } from '#app/modules/index.ts'
import { openReplicaWith, systemEnvironment } from '#renderer/replica/index.ts'
import type { Environment, Replica, SyncPhase } from '#renderer/replica/index.ts'
import { openEncryptedStorage } from '#renderer/replica/storage/index.ts'
import { memoryDisk } from '#renderer/replica/testing/memory-disk.ts'
import { letCopyGoOn } from '#sync-server/access/devices/replica-head.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import type { TestServer } from '#sync-server/testing/test-server.ts'
import { enrolSeat, keysOf, newSeat, signerOf } from './simulation/seat.ts'

// A whole profile put back from the past, or used twice, against the real server: what becomes of the data.

const collections: readonly CollectionName[] = ['reference', 'cases']

type Disk = ReturnType<typeof memoryDisk>
type Kept = Pick<Disk, 'head' | 'header'> & { readonly pages: Map<number, Uint8Array<ArrayBuffer>> }

/** A laptop whose profile can be copied while it is closed. */
type Laptop = {
  open(online?: boolean): Promise<Replica>
  close(): Promise<void>
  setOnline(online: boolean): void
  copyOfProfile(): Kept
  putBack(profile: Kept): void
  readonly deviceId: Id
}

let server: TestServer
const laptops: Laptop[] = []

beforeAll(async () => {
  server = await startTestServer()
})
afterEach(async () => {
  for (const laptop of laptops.splice(0)) await laptop.close()
})
afterAll(() => server.close())

async function newLaptop(login = 'carla'): Promise<Laptop> {
  const seat = await newSeat(login)
  const disk = memoryDisk()
  const { deviceId, session } = await enrolSeat(server.url, seat, { label: login })
  const { user, organisation } = session
  const identity = { deviceId, serverUrl: server.url, user, organisation }
  let isOnline = true
  let replica: Replica | undefined
  let isEnrolled = false
  const lines = new Set<AbortController>()
  const environment: Environment = {
    ...systemEnvironment,
    wait: (milliseconds, signal) =>
      systemEnvironment.wait(Math.min(milliseconds, milliseconds > 30_000 ? milliseconds : 50), signal),
    async fetch(input, init) {
      if (!isOnline) throw new TypeError('there is no network')
      const line = new AbortController()
      lines.add(line)
      return fetch(input, {
        ...init,
        signal: AbortSignal.any([line.signal, ...(init?.signal ? [init.signal] : [])]),
      })
    },
  }
  const laptop: Laptop = {
    deviceId,
    async open(online = true) {
      isOnline = online
      const storage = await openEncryptedStorage({
        pageStore: disk.open(),
        replicaId: seat.replicaId,
        keys: await keysOf(seat),
      })
      replica = await openReplicaWith({
        replicaId: seat.replicaId,
        storage,
        signer: signerOf(seat),
        environment,
        retryTime: 50,
        collections,
        ...(isEnrolled ? {} : { enrolled: { identity, session } }),
      })
      isEnrolled = true
      if (online) await reached(replica, 'done')
      return replica
    },
    async close() {
      await replica?.lock()
      replica = undefined
    },
    setOnline(online) {
      isOnline = online
      for (const line of lines) if (!online) line.abort()
      lines.clear()
    },
    copyOfProfile: () => ({ head: disk.head, header: disk.header, pages: new Map(disk.pages) }),
    putBack(profile) {
      disk.head = profile.head
      disk.header = profile.header
      disk.pages.clear()
      for (const [key, page] of profile.pages) disk.pages.set(key, page)
    },
  }
  laptops.push(laptop)
  return laptop
}

function reached(replica: Replica, phase: SyncPhase): Promise<unknown> {
  return firstValueFrom(replica.status$.pipe(filter((status) => status.phase === phase)))
}

async function aCase(replica: Replica): Promise<Id> {
  const site = replica.user.grants.find(({ scope }) => scope.startsWith('site:'))?.scope ?? ''
  const siteId = site.slice('site:'.length)
  const data = { ...blankOf(modules.cases), subject: 'Needs a ride', category: 'scheduling', siteId }
  const { id } = await replica.create('cases', data as DataOfModule<'cases'>)
  await settled(replica)
  return id
}

function settled(replica: Replica): Promise<unknown> {
  return firstValueFrom(
    replica.status$.pipe(filter(({ phase, pending }) => phase === 'done' && pending === 0)),
  )
}

/** What another device of the same person reads. */
async function elsewhere(id: Id): Promise<ViewOfModule<'cases'> | null> {
  const other = await newLaptop()
  const view = await (await other.open()).get('cases', id)
  await other.close()
  return view
}

async function audited(deviceId: Id): Promise<string[]> {
  const entries = await server.store.audit.read({ limit: 400 })
  const own = entries.filter((entry) => entry.deviceId === deviceId && entry.outcome !== undefined)
  return own.map(({ action, outcome }) => `${action} ${outcome}`)
}

async function changedElsewhere(id: Id, change: Partial<DataOfModule<'cases'>>): Promise<void> {
  const other = await newLaptop()
  const replica = await other.open()
  await replica.update('cases', id, change)
  await settled(replica)
  await other.close()
}

/** Written without a network, closed; the profile as it lies on the disk then. */
async function editedOffline(
  laptop: Laptop,
  id: Id,
  change: Partial<DataOfModule<'cases'>>,
  onSeen: (view: ViewOfModule<'cases'> | null) => void = () => undefined,
): Promise<Kept> {
  const replica = await laptop.open(false)
  onSeen(await replica.get('cases', id))
  await replica.update('cases', id, change)
  await laptop.close()
  return laptop.copyOfProfile()
}

test('an older profile is told to user and administrator; what it had sent before is not applied twice', async () => {
  const laptop = await newLaptop()
  const id = await aCase(await laptop.open())
  await laptop.close()
  const older = await editedOffline(laptop, id, { description: 'Wheelchair.' })
  const replica = await laptop.open()
  await settled(replica)
  await replica.update('cases', id, { description: null })
  await settled(replica)
  await laptop.close()

  laptop.putBack(older)
  const again = await laptop.open()
  await settled(again)
  expect(again.status().problem?.code).toBe('replica.older-copy')
  expect(await again.get('cases', id)).toMatchObject({ description: null, conflicts: [] })
  expect(await elsewhere(id)).toMatchObject({ description: null, conflicts: [] })
  await expect.poll(() => audited(laptop.deviceId)).toContain('older-copy healed')
  expect(await audited(laptop.deviceId)).toContain('older-copy noticed')
  expect((await server.store.access.device(laptop.deviceId))?.olderCopyAt).not.toBeNull()

  // It is the copy that counts from now on.
  await laptop.close()
  expect((await laptop.open()).status().problem).toBeNull()
})

test('what is written on an older profile is kept, takes nothing back that it did not touch, and nothing unseen', async () => {
  const laptop = await newLaptop()
  const id = await aCase(await laptop.open())
  await laptop.close()
  const older = await editedOffline(laptop, id, { description: 'Wheelchair.' })
  const replica = await laptop.open()
  await settled(replica)
  await replica.update('cases', id, { subject: 'Needs a ride on Monday' })
  await settled(replica)
  await laptop.close()
  await changedElsewhere(id, { description: 'A stretcher.' })

  laptop.putBack(older)
  await editedOffline(laptop, id, { priority: 'urgent' })
  await settled(await laptop.open())
  const view = await elsewhere(id)
  expect(view).toMatchObject({ subject: 'Needs a ride on Monday', priority: 'urgent' })
  expect(view?.conflicts.find(({ field }) => field === 'description')).toMatchObject({
    losing: 'A stretcher.',
    winning: 'Wheelchair.',
  })
})

test('two copies in use are stopped, until an administrator lets one go on; then it is whole', async () => {
  const laptop = await newLaptop()
  const id = await aCase(await laptop.open())
  await laptop.close()
  const before = laptop.copyOfProfile()
  const first = await laptop.open()
  await first.update('cases', id, { subject: 'By the first copy' })
  await settled(first)
  await laptop.close()
  const firstCopy = laptop.copyOfProfile()

  laptop.putBack(before)
  const second = await laptop.open()
  await second.update('cases', id, { description: 'By the second copy' })
  await settled(second)
  await laptop.close()

  laptop.putBack(firstCopy)
  const stopped = await laptop.open(false)
  await stopped.update('cases', id, { priority: 'high' })
  laptop.setOnline(true)
  await reached(stopped, 'stopped')
  expect(stopped.status().problem?.code).toBe('replica.copied')
  expect(await audited(laptop.deviceId)).toContain('copied noticed')
  await laptop.close()

  const device = await server.store.access.device(laptop.deviceId)
  if (device === null) throw new Error('no such device')
  await letCopyGoOn(server.store, device)
  await settled(await laptop.open())
  expect(await elsewhere(id)).toMatchObject({
    subject: 'By the first copy',
    description: 'By the second copy',
    priority: 'high',
  })
})

type Field = 'subject' | 'description'
type Step = 'keep' | 'put-back' | 'online' | { readonly by: 'laptop' | 'other'; readonly field: Field }

const story: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.constantFrom<Step>('keep', 'put-back', 'online'),
    fc.record({
      by: fc.constantFrom('laptop' as const, 'other' as const),
      field: fc.constantFrom<Field>('subject', 'description'),
    }),
  ),
  { minLength: 4, maxLength: 9 },
)

test('whatever is put back when, laptop and server agree in the end, and each written value is somewhere', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (steps) => {
      const laptop = await newLaptop()
      const id = await aCase(await laptop.open())
      await laptop.close()
      let kept = laptop.copyOfProfile()
      const last = new Map<Field, string>()
      for (const [at, step] of steps.entries()) {
        if (step === 'keep') kept = laptop.copyOfProfile()
        else if (step === 'put-back') laptop.putBack(kept)
        else if (step === 'online') {
          await settled(await laptop.open())
          await laptop.close()
        } else if (step.by === 'laptop') {
          await editedOffline(laptop, id, { [step.field]: `laptop ${at}` }, (view) => {
            // Seen, and changed on purpose.
            if (view?.[step.field] === last.get(step.field)) last.delete(step.field)
          })
        } else {
          await changedElsewhere(id, { [step.field]: `other ${at}` })
          last.set(step.field, `other ${at}`)
        }
      }
      const replica = await laptop.open()
      await settled(replica)
      const here = await replica.get('cases', id)
      await laptop.close()
      const there = await elsewhere(id)
      expect(there).toEqual(here)
      // What another wrote last is shown, or lies in the ledger: nothing of this laptop's past took its place unseen.
      for (const [name, value] of last) {
        const values = [there?.[name], ...(there?.conflicts ?? []).map(({ losing }) => losing)]
        expect(values).toContain(value)
      }
    }),
    { numRuns: 3, endOnFailure: true },
  )
})
