import { parentPort, workerData } from 'node:worker_threads'
import { filter, firstValueFrom } from 'rxjs'
import { canonicalJson, idAt } from '#app/kernel/index.ts'
import { moduleNames } from '#app/modules/index.ts'
import { openReplicaWith } from '#renderer/replica/index.ts'
import type { Environment, Replica } from '#renderer/replica/index.ts'
import { openEncryptedStorage } from '#renderer/replica/storage/index.ts'
import { memoryDisk } from '#renderer/replica/testing/memory-disk.ts'
import { seededRandom } from '#sync-server/seed/random.ts'
import { act } from './acts.ts'
import { badNetwork } from './bad-network.ts'
import type { ClientMessage, ClientOrder, ReplicaContent } from './journal.ts'
import { enrolSeat, fillDisk, keysOf, signatureOf } from './seat.ts'
import type { Seat } from './seat.ts'

// One device in a thread of its own: open-core RxDB counts its collections by realm.

export type ThreadInput = {
  readonly name: string
  readonly seed: string
  readonly serverUrl: string
  readonly seat: Seat
  /** How far this device's clock is off, in milliseconds. */
  readonly clockSkew: number
  /** A calm client has a good network from the start: the reference that others are compared with. */
  readonly calm: boolean
}

const { name, seed, serverUrl, seat, clockSkew, calm } = workerData as ThreadInput
const random = seededRandom(seed)
const network = badNetwork(random.fork('network'))
if (calm) network.heal()
const disk = memoryDisk()
fillDisk(disk, seat.disk)

const environment: Environment = {
  fetch: network.fetch,
  clock: { now: () => Date.now() + clockSkew },
  random: () => random.next(),
  newId: () => idAt(Date.now() + clockSkew, crypto.getRandomValues(new Uint8Array(16))),
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(milliseconds, 500))
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    }),
}

let marks = 0
let edits = 0
/** Told apart from every other value of the run. */
const mark = () => `${name}-${(marks += 1)}`

async function open(): Promise<Replica> {
  const storage = await openEncryptedStorage({
    pageStore: disk.open(),
    replicaId: seat.replicaId,
    keys: await keysOf(seat),
  })
  const parts = {
    replicaId: seat.replicaId,
    storage,
    signer: { sign: (text: string) => signatureOf(seat, text) },
    environment,
    retryTime: 100,
  }
  if (seat.disk !== null) return openReplicaWith(parts)
  const { deviceId, session } = await enrolSeat(serverUrl, seat, name)
  const identity = { deviceId, serverUrl, user: session.user, organisation: session.organisation }
  return openReplicaWith({ ...parts, enrolled: { identity, session } })
}

const replica = await open()

async function run(milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds
  while (Date.now() < end) {
    await act(replica, random, mark, {
      intend(entry) {
        edits += 1
        tell({ type: 'intended', entry: { ...entry, client: name, number: edits } })
        return edits
      },
      acknowledge: (number) => tell({ type: 'acknowledged', client: name, number }),
      withdraw: (number) => tell({ type: 'withdrawn', client: name, number }),
    })
    await environment.wait(random.int(1, 60))
  }
}

async function settle(): Promise<void> {
  network.heal()
  await replica.syncNow()
  await firstValueFrom(
    replica.status$.pipe(
      filter(({ phase, pending, initial }) => phase === 'done' && pending === 0 && !initial),
    ),
  )
}

async function content(): Promise<ReplicaContent> {
  const documents = new Map<string, string>()
  for (const module of moduleNames) {
    for (const view of await firstValueFrom(replica.list({ module }))) {
      documents.set(`${module}/${view.id}`, canonicalJson(view))
    }
  }
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
  tell({ type: 'disk', disk: { pages: disk.pages, head: disk.head, header: disk.header } })
}

async function obey(order: ClientOrder): Promise<void> {
  switch (order.type) {
    case 'run':
      await run(order.milliseconds)
      return tell({ type: 'ran' })
    case 'network':
      return network.setOnline(order.online)
    case 'settle':
      await settle()
      return tell({ type: 'settled' })
    case 'content':
      return tell({ type: 'content', content: await content() })
    case 'crash':
      return crash(order.effect)
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
tell({ type: 'ready' })
