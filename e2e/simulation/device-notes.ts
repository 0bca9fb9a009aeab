import { setTimeout as pause } from 'node:timers/promises'
import { firstValueFrom } from 'rxjs'
import { permissionFor } from '#app/access/index.ts'
import { filesIn } from '#app/files/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { moduleNames, modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { FileStanding } from '#renderer/replica/contract.ts'
import type { Replica } from '#renderer/replica/index.ts'
import { fileRecordSchema } from '#renderer/replica/files/file-book.ts'
import type { FileRecord } from '#renderer/replica/files/file-book.ts'
import { contentAt } from '#renderer/replica/storage/cipher/page-body.ts'
import { pageCipher } from '#renderer/replica/storage/cipher/page-cipher.ts'
import type { EncryptedStorage } from '#renderer/replica/storage/index.ts'
import type { MemoryDisk } from '#renderer/replica/testing/memory-disk.ts'
import { hashOf } from './file-acts.ts'
import type { Evicted, FileHere, FilesHere, Holding } from './journal.ts'
import { keysOf } from './seat.ts'
import type { Seat } from './seat.ts'

// What is looked at on a device: in its replica, in the book of its files, on its disk.

export type Device = {
  readonly replica: Replica
  readonly storage: EncryptedStorage
  readonly disk: MemoryDisk
  readonly seat: Seat
}

type Unsent = Pick<FileRecord, 'state'> &
  Pick<FileStanding, 'moving'> & {
    readonly hash: string
    readonly through: number
    readonly refusedWith: string | null
  }

/** All records that are here. `also`: those that no list shows, as `module/id`. */
export async function recordsOf(
  replica: Replica,
  also: readonly string[],
): Promise<ReadonlyMap<string, AnyDocument>> {
  const records = new Map<string, AnyDocument>()
  for (const module of moduleNames) {
    for (const view of await firstValueFrom(replica.list({ module })))
      records.set(`${module}/${view.id}`, view)
  }
  for (const key of also) {
    const [module, id] = key.split('/') as [ModuleName, Id]
    const view = await replica.get(module, id)
    if (view !== null) records.set(key, view)
  }
  return records
}

export async function holdingOf({ replica, storage }: Device, also: readonly string[]): Promise<Holding> {
  const documents = new Map<string, string>()
  const named = new Set<string>()
  const now = new Date().toISOString()
  for (const [key, view] of await recordsOf(replica, also)) {
    const [module] = key.split('/') as [ModuleName, Id]
    const { write } = permissionFor(replica.subject, modules[module], view.scopes, now)
    const said = Object.entries(view).filter(([name]) => view.edit !== '' || write.has(name))
    documents.set(key, JSON.stringify(Object.fromEntries(said)))
    for (const { hash } of filesIn(modules[module], view)) named.add(hash)
  }
  const here = (await booked(storage)).filter(([hash, { state }]) => state === 'here' && named.has(hash))
  return { documents, files: new Set(here.map(([hash]) => hash)) }
}

/** Reads every file that a letter names, and asks for those that are to be kept here. */
export async function filesOf(device: Device): Promise<FilesHere> {
  await nothingLeaves(device)
  const records = await booked(device.storage)
  const files: FileHere[] = []
  for (const [hash, record] of records) {
    const { kept, sent, carried } = record
    const carriers = record.carriers.map(({ collection, id }) => `${collection}/${id}`)
    files.push({ hash, kept, sent, carried, carriers, read: await readingOf(device.replica, hash, record) })
  }
  return { files, strays: await straysOf(device) }
}

async function readingOf(
  replica: Replica,
  hash: string,
  { kept, state, size, carriers: [carrier] }: FileRecord,
): Promise<FileHere['read']> {
  if (carrier === undefined || (state !== 'here' && !kept)) return 'not asked'
  const file = { hash, size, mime: 'application/pdf', name: '' }
  try {
    const bytes = await replica.files.bytes(file, { module: 'documents', id: carrier.id })
    return hashOf(bytes) === hash ? 'right' : 'wrong'
  } catch {
    return 'not had'
  }
}

/** What has not been sent, and what the server refuses it with. */
export async function unsentOf({ replica, storage }: Device): Promise<readonly Unsent[]> {
  const unsent = (await booked(storage)).filter(([, { sent }]) => !sent)
  const asked = unsent.map(async ([hash, { state, through }]) => {
    const { moving, problem } = await firstValueFrom(replica.files.standing$(hash))
    return { hash, state, through: through.length, moving, refusedWith: problem?.code ?? null }
  })
  return Promise.all(asked)
}

/** What left with its letter goes behind it. */
async function nothingLeaves(device: Device): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const leaving = (await booked(device.storage)).some(
      ([, { carriers, carried, sent }]) => carried && sent && carriers.length === 0,
    )
    if (!leaving && (await straysOf(device)) === 0) return
    await pause(100)
  }
}

async function straysOf({ storage, disk }: Device): Promise<number> {
  const known = new Set((await booked(storage)).map(([, { file }]) => String(file)))
  return [...disk.pieces.keys()].filter((key) => !known.has(key.split('/')[0] ?? '')).length
}

async function booked(storage: EncryptedStorage): Promise<readonly (readonly [string, FileRecord])[]> {
  const log = await storage.records('files')
  return [...log.entries()].map(([hash, record]) => [hash, fileRecordSchema.parse(record)] as const)
}

/** What the user was told to be gone for good, and where it is not. */
export async function evictedOf({ replica, disk, seat }: Device): Promise<readonly Evicted[]> {
  const told = await firstValueFrom(replica.syncRecords.evicted$)
  const pages = new Map<Id, number>()
  for (const { id, confirmedAt } of told) if (confirmedAt !== null) pages.set(id, 0)
  const cipher = pageCipher(seat.replicaId, await keysOf(seat))
  for (const [key, sealed] of disk.pages) {
    const body = await cipher.openBody(key, sealed)
    if (body === null || !('packed' in body)) continue
    for (const [at, id] of body.ids.entries()) {
      const held = pages.get(id)
      if (held !== undefined && hasContent(contentAt(body, at))) pages.set(id, held + 1)
    }
  }
  return [...pages].map(([id, count]) => ({ id, pages: count }))
}

/** A tombstone has none. */
function hasContent(content: Uint8Array): boolean {
  return Buffer.from(content).toString('utf8').includes('"scopes":')
}
