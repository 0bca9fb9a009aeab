import { filter, firstValueFrom } from 'rxjs'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { ModuleName, ViewOfModule } from '#app/modules/index.ts'
import { PROTOCOL_HEADER } from '#app/protocol/index.ts'
import { openReplicaWith, systemEnvironment } from '#renderer/replica/index.ts'
import type { Environment, Replica, SyncPhase } from '#renderer/replica/index.ts'
import { openEncryptedStorage } from '#renderer/replica/storage/index.ts'
import { contentAt } from '#renderer/replica/storage/cipher/page-body.ts'
import { pageCipher } from '#renderer/replica/storage/cipher/page-cipher.ts'
import type { PageCipher } from '#renderer/replica/storage/cipher/page-cipher.ts'
import { memoryDisk } from '#renderer/replica/testing/memory-disk.ts'
import type { MemoryDisk } from '#renderer/replica/testing/memory-disk.ts'
import { enrolSeat, keysOf, newSeat, signerOf } from '../simulation/seat.ts'

/** Open-core RxDB has 13 collections a realm, and two replicas share this one. */
const collections: readonly CollectionName[] = ['reference', 'patients', 'cases', 'accounts']

/** A replica over real HTTP, on a disk and a network that a test has in hand. */
export type Device = {
  readonly replica: Replica
  /** Every document on its disk, opened page by page past everything that reads pages otherwise. */
  decrypted(): Promise<readonly Readonly<Record<string, unknown>>[]>
  setOnline(online: boolean): void
  loseNextAnswer(path: string): void
  /** It names this version of the protocol from now on: a client of another release. */
  speak(version: number): void
}

const open: Device[] = []

/** For `afterEach`: what runs on would stand in the way of the next test. */
export async function closeDevices(): Promise<void> {
  for (const { replica } of open.splice(0)) await replica.lock()
}

export async function deviceOf(serverUrl: string, login: string): Promise<Device> {
  const seat = await newSeat(login)
  const { deviceId, session } = await enrolSeat(serverUrl, seat, { label: login })
  const network = faultyNetwork()
  const disk = memoryDisk()
  const keys = await keysOf(seat)
  const { replicaId } = seat
  const storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  const { user, organisation } = session
  const replica = await openReplicaWith({
    replicaId,
    storage,
    signer: signerOf(seat),
    environment: network.environment,
    retryTime: 50,
    collections,
    enrolled: { identity: { deviceId, serverUrl, user, organisation }, session },
  })
  const { environment: _, ...faults } = network
  const decrypted = () => documentsOn(disk, pageCipher(replicaId, keys))
  const device: Device = { replica, ...faults, decrypted }
  open.push(device)
  return device
}

async function documentsOn(disk: MemoryDisk, cipher: PageCipher) {
  const documents: Readonly<Record<string, unknown>>[] = []
  for (const [key, page] of disk.pages) {
    const body = await cipher.openBody(key, page)
    if (body === null || !('packed' in body)) throw new Error('a page that does not open')
    for (const at of body.ids.keys()) {
      // RxDB's members of a document and its own stand in a line each.
      const lines = Buffer.from(contentAt(body, at)).toString('utf8').trim().split('\n')
      documents.push(Object.assign({}, ...lines.map((line): unknown => JSON.parse(line))))
    }
  }
  return documents
}

function faultyNetwork() {
  let online = true
  let version: number | null = null
  let lost: string | null = null
  const cut = new Set<AbortController>()
  const reach = () => {
    if (!online) throw new TypeError('there is no network')
  }
  const environment: Environment = {
    ...systemEnvironment,
    wait: (milliseconds, signal) =>
      systemEnvironment.wait(milliseconds > 30_000 ? milliseconds : Math.min(milliseconds, 100), signal),
    async fetch(input, init) {
      reach()
      const line = new AbortController()
      cut.add(line)
      const signal = AbortSignal.any([line.signal, ...(init?.signal ? [init.signal] : [])])
      const headers = new Headers(init?.headers)
      if (version !== null) headers.set(PROTOCOL_HEADER, String(version))
      const answer = await fetch(input, { ...init, headers, signal })
      reach()
      if (lost === null || !addressOf(input).endsWith(lost)) return answer
      lost = null
      throw new TypeError('the answer was lost')
    },
  }
  return {
    environment,
    setOnline(now: boolean) {
      online = now
      if (now) return
      for (const line of cut) line.abort()
      cut.clear()
    },
    loseNextAnswer: (path: string) => void (lost = path),
    speak(named: number) {
      version = named
      for (const line of cut) line.abort()
      cut.clear()
    },
  }
}

function addressOf(input: Parameters<typeof fetch>[0]): string {
  return input instanceof Request ? input.url : new URL(input).href
}

export function reached({ replica }: Device, phase: SyncPhase): Promise<unknown> {
  return firstValueFrom(replica.status$.pipe(filter((status) => status.phase === phase)))
}

export function seen<Name extends ModuleName>(
  { replica }: Device,
  module: Name,
  id: Id,
  fits: (view: ViewOfModule<Name>) => boolean,
): Promise<ViewOfModule<Name> | null> {
  return firstValueFrom(replica.watch(module, id).pipe(filter((view) => view !== null && fits(view))))
}
