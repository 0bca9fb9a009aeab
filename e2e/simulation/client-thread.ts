import { parentPort, workerData } from 'node:worker_threads'
import '#renderer/shell/boot/zod.ts'
import { filter, firstValueFrom, timeout } from 'rxjs'
import { canonicalJson, codeOf, idAt } from '#app/kernel/index.ts'
import { openReplicaWith } from '#renderer/replica/index.ts'
import type { Environment, Replica } from '#renderer/replica/index.ts'
import { openEncryptedStorage } from '#renderer/replica/storage/index.ts'
import type { EncryptedStorage } from '#renderer/replica/storage/index.ts'
import { memoryDisk } from '#renderer/replica/testing/memory-disk.ts'
import { seededRandom } from '#sync-server/seed/random.ts'
import { act } from './acts.ts'
import type { Journal } from './acts.ts'
import { badNetwork } from './bad-network.ts'
import { evictedOf, filesOf, holdingOf, recordsOf, unsentOf } from './device-notes.ts'
import type { Device } from './device-notes.ts'
import type { FaultKind } from './faults.ts'
import { actOnFiles } from './file-acts.ts'
import { introducedWhenForgotten } from './introduction.ts'
import type { ClientMessage, ClientOrder, ReplicaContent } from './journal.ts'
import { enrolSeat, fillDisk, keysOf, signerOf } from './seat.ts'
import type { Seat } from './seat.ts'

// One device in a thread of its own: open-core RxDB counts its collections by realm.

export type ThreadInput = {
  readonly name: string
  readonly seed: string
  /** The processes of the server; the first names it. */
  readonly serverUrls: readonly string[]
  readonly seat: Seat
  /** How far this device's clock is off, in milliseconds. */
  readonly clockSkew: number
  /** How long an order may take, in milliseconds: far longer than it does on the slowest machine. */
  readonly patience: number
}

const { name, seed, serverUrls, seat, clockSkew, patience } = workerData as ThreadInput
const [serverUrl = ''] = serverUrls
const random = seededRandom(seed)
const note = (kind: FaultKind): void => tell({ type: 'fault', kind })
const network = badNetwork({ random: random.fork('network'), urls: serverUrls, note })
const disk = memoryDisk()
fillDisk(disk, seat.disk)
let skew = clockSkew

const environment: Environment = {
  fetch: network.fetch,
  clock: { now: () => Date.now() + skew },
  random: () => random.next(),
  newId: () => idAt(Date.now() + skew, crypto.getRandomValues(new Uint8Array(16))),
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(milliseconds, 500))
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    }),
}

/** For each thing that a person does. */
const SHARE_OF_FILES = 0.1

/** Who does not settle in time says how it stands while somebody still listens; milliseconds. */
const SETTLES_WITHIN = patience - 30_000

let marks = 0
let edits = 0
/** Told apart from every other value of the run. */
const mark = () => `${name}-${(marks += 1)}`

async function open(): Promise<Device> {
  const storage = await openEncryptedStorage({
    pageStore: disk.open(),
    replicaId: seat.replicaId,
    keys: await keysOf(seat),
  })
  return { replica: await openOn(storage), storage, disk, seat }
}

async function openOn(storage: EncryptedStorage): Promise<Replica> {
  const parts = {
    replicaId: seat.replicaId,
    storage,
    signer: signerOf(seat),
    environment,
    retryTime: 100,
  }
  if (seat.disk !== null) return openReplicaWith(parts)
  const { deviceId, session } = await enrolled()
  const identity = { deviceId, serverUrl, user: session.user, organisation: session.organisation }
  return openReplicaWith({ ...parts, enrolled: { identity, session } })
}

/** People enrol at the office: as often as it takes. */
async function enrolled(): ReturnType<typeof enrolSeat> {
  const office = badNetwork({ random: random.fork('office'), urls: serverUrls, note: () => undefined })
  office.heal()
  for (;;) {
    try {
      return await enrolSeat(serverUrl, seat, { label: name, fetch: office.fetch })
    } catch (failure) {
      if (codeOf(failure) !== 'network.unreachable') throw failure
      await environment.wait(200)
    }
  }
}

const device = await open()
const { replica } = device
const stayAway = introducedWhenForgotten({
  replica,
  label: name,
  wait: environment.wait,
  onIntroduced: () => note('device forgotten'),
})
/** What is done with files changes nothing of what else is done. */
const fileRandom = random.fork('files')

async function run(milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds
  while (Date.now() < end) {
    await act({ replica, random, mark, journal })
    if (fileRandom.chance(SHARE_OF_FILES)) await actOnFiles({ replica, random: fileRandom, mark, journal })
    await environment.wait(random.int(1, 60))
  }
}

const journal: Journal = {
  intend(entry) {
    edits += 1
    tell({ type: 'intended', entry: { ...entry, client: name, number: edits } })
    return edits
  },
  acknowledge: (number) => tell({ type: 'acknowledged', client: name, number }),
  withdraw: (number) => tell({ type: 'withdrawn', client: name, number }),
  attach: (file) => tell({ type: 'attached', file: { ...file, client: name } }),
  find: (what) => tell({ type: 'found', what }),
}

async function settle(): Promise<void> {
  network.heal()
  await replica.syncNow()
  const settled = replica.status$.pipe(
    filter(({ phase, pending, initial }) => phase === 'done' && pending === 0 && !initial),
    timeout({ first: SETTLES_WITHIN }),
  )
  await firstValueFrom(settled).catch(async () => {
    const unsent = JSON.stringify(await unsentOf(device))
    const status = JSON.stringify(replica.status())
    throw new Error(`not settled after ${SETTLES_WITHIN} ms: ${status}; files unsent: ${unsent}`)
  })
}

async function stopped(): Promise<void> {
  network.heal()
  await replica.syncNow()
  await firstValueFrom(replica.status$.pipe(filter(({ phase }) => phase === 'stopped')))
}

async function content(also: readonly string[]): Promise<ReplicaContent> {
  const records = await recordsOf(replica, also)
  const documents = new Map([...records].map(([key, view]) => [key, canonicalJson(view)]))
  const quarantine = await firstValueFrom(replica.quarantine$)
  return {
    login: seat.login,
    documents,
    quarantine: quarantine.map(({ changes }) => JSON.stringify(changes)),
  }
}

/** Writes until the disk dies in the middle of a commit; what the write would have said nobody hears. */
async function crash(effect: 'done' | 'undone'): Promise<void> {
  const died = disk.dieInNextCommit(effect)
  void run(60_000)
  await died
  handOver()
}

/** Works until the disk takes no more. The replica must refuse whatever comes after the write that failed. */
async function fillUp(): Promise<void> {
  try {
    // A file that does not fit fails by itself, and leaves the replica as it is: then the next write fails.
    for (let attempt = 0; attempt < 60; attempt += 1) {
      disk.failNextCommit()
      await run(1000)
    }
  } catch (failure) {
    if (codeOf(failure) !== 'replica.write-failed') throw failure
  }
  handOver()
}

function handOver(): void {
  tell({
    type: 'disk',
    disk: { pages: disk.pages, pieces: disk.pieces, head: disk.head, header: disk.header },
  })
}

async function obey(order: ClientOrder): Promise<void> {
  switch (order.type) {
    case 'run':
      await run(order.milliseconds)
      return tell({ type: 'ran' })
    case 'network':
      return network.setOnline(order.online)
    case 'clock':
      skew = order.skew
      return
    case 'stay-away':
      return stayAway()
    case 'settle':
      await settle()
      return tell({ type: 'settled' })
    case 'await-stop':
      await stopped()
      return tell({ type: 'stopped' })
    case 'content':
      return tell({ type: 'content', content: await content(order.also) })
    case 'hold':
      return tell({ type: 'holding', holding: await holdingOf(device, order.also) })
    case 'look-at-files':
      return tell({ type: 'files', files: await filesOf(device) })
    case 'look-at-evicted':
      return tell({ type: 'evicted', evicted: await evictedOf(device) })
    case 'crash':
      return crash(order.effect)
    case 'fill-disk':
      return fillUp()
    case 'lock':
      await replica.lock()
      return handOver()
  }
}

function tell(message: ClientMessage): void {
  parentPort?.postMessage(message)
}

function fail(failure: unknown): void {
  tell({ type: 'failed', why: failure instanceof Error ? (failure.stack ?? failure.message) : 'unknown' })
}

process.on('unhandledRejection', fail)
parentPort?.on('message', (order: ClientOrder) => void obey(order).catch(fail))
tell({ type: 'ready', deviceId: replica.deviceId })
