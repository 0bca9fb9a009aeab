import { BehaviorSubject, distinctUntilChanged, map, merge, startWith } from 'rxjs'
import type { Observable } from 'rxjs'
import { AppError, asAppError, sameJson } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { BlobCarrier } from '#app/protocol/index.ts'
import type { Attachment } from '#app/values/index.ts'
import type {
  FileOwner,
  FilesUse,
  FileSource,
  FilesWaiting,
  FileStanding,
  ReplicaFiles,
} from '../contract.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import type { Environment } from '../environment.ts'
import type { SessionKeeper } from '../session/session.ts'
import type { EncryptedStorage } from '../storage/index.ts'
import { followCarriers, reviewCarriers } from './carriers.ts'
import type { FollowedCarriers } from './carriers.ts'
import { typeByContent, TYPE_BYTES } from './content-type.ts'
import { download } from './download.ts'
import type { DownloadParts } from './download.ts'
import { isCarrier } from './file-book.ts'
import type { FileBook } from './file-book.ts'
import { mediaTypeOf, plainName } from './named-file.ts'
import { Outgoing } from './outgoing.ts'
import { onlyThePicture } from './pictures/only-the-picture.ts'
import { lifeOf, lifeOfServer } from './server-life.ts'
import type { Shelf } from './shelf.ts'

export type FilesParts = {
  readonly book: FileBook
  readonly shelf: Shelf
  readonly storage: Pick<EncryptedStorage, 'stats'>
  readonly session: Pick<SessionKeeper, 'call' | 'sendPart' | 'readBlob'>
  readonly database: Pick<ReplicaDatabase, 'names' | 'table' | 'ready'>
  readonly environment: Environment
  /** Resolves while there is a server to speak to; throws `replica.locked` once there never will be. */
  readonly online: () => Promise<void>
  readonly isOnline: () => boolean
  /** How much room the browser gives, in bytes; null where it does not say. */
  readonly room?: () => Promise<{ readonly quota: number; readonly usage: number } | null>
}

type Moving = NonNullable<FileStanding['moving']>

const day = 24 * 3_600_000

/**
 * The files of an open replica: added and kept here, sent when there is a server, fetched when somebody looks. Neither
 * waits for the documents nor holds them up.
 */
export class OpenFiles implements ReplicaFiles {
  readonly waiting$: Observable<FilesWaiting>
  readonly #parts: FilesParts
  readonly #ended = new AbortController()
  readonly #moving = new BehaviorSubject<ReadonlyMap<string, Moving>>(new Map())
  readonly #fetching = new Map<string, Promise<void>>()
  readonly #following: FollowedCarriers
  readonly #outgoing: Outgoing
  readonly #leaving = new Set<Promise<void>>()

  constructor(parts: FilesParts) {
    this.#parts = parts
    const { book, database, shelf } = parts
    this.#outgoing = new Outgoing({
      ...parts,
      signal: this.#ended.signal,
      life: () => lifeOfServer(database),
      onProgress: (hash, done) => this.#move(hash, 'up', done),
      onSent: async (hash) => {
        await shelf.makeRoom(hash)
        this.#settle(hash)
      },
    })
    this.#following = followCarriers({
      database,
      book,
      onChange: (hash) => {
        this.#settle(hash)
        if (book.get(hash)?.sent === false) this.#outgoing.wake()
      },
    })
    this.waiting$ = this.#changing(() => this.waiting())
  }

  /** Once all documents are here: what was left undone is done. */
  async begin(): Promise<void> {
    const { book, database, shelf } = this.#parts
    await shelf.removeStrays()
    await reviewCarriers({ database, book, onChange: (hash) => this.#settle(hash) })
    this.wake()
  }

  waiting(): FilesWaiting {
    const unsent = this.#parts.book.entries().filter(([, { sent }]) => !sent)
    const bytes = unsent.reduce((sum, [hash, { size }]) => sum + size - (this.#done(hash, 'up') ?? 0), 0)
    return { count: unsent.length, bytes }
  }

  async add({ name, type, ...source }: FileSource, onProgress: (done: number) => void = () => undefined) {
    this.#refuseEnded()
    const head = await source.slice(0, Math.min(TYPE_BYTES, source.size))
    const mime = typeByContent(mediaTypeOf(name, type), head)
    const taken = await onlyThePicture({ name, type, ...source }, mime)
    const hash = await this.#parts.shelf.add(taken, onProgress)
    this.wake()
    return { hash, size: taken.size, mime, name: plainName(name) }
  }

  standing(hash: string): FileStanding {
    const record = this.#parts.book.get(hash)
    return {
      here: record?.state === 'here',
      kept: record?.kept ?? false,
      waits: record?.sent === false,
      moving: this.#moving.value.get(hash) ?? null,
      problem: this.#outgoing.problem(hash)?.toJSON() ?? null,
    }
  }

  standing$(hash: string): Observable<FileStanding> {
    return this.#changing(() => this.standing(hash))
  }

  async bytes(file: Attachment, of: FileOwner) {
    await this.#fetch(file, carrierOf(of))
    const record = this.#parts.book.get(file.hash)
    if (record?.state !== 'here') throw new AppError('blob.missing')
    return this.#parts.shelf.whole(file.hash, record)
  }

  async keep(file: Attachment, of: FileOwner, kept: boolean) {
    this.#refuseEnded()
    const { book, shelf } = this.#parts
    const carrier = carrierOf(of)
    if (kept) {
      await shelf.expect(file.hash, file.size)
      await book.carry(file.hash, carrier, true)
    }
    await book.change(file.hash, { kept })
    if (kept) await this.#fetch(file, carrier)
    else await shelf.makeRoom('')
  }

  async use(): Promise<FilesUse> {
    const { book, storage, room } = this.#parts
    const records = (await storage.stats()).bytes
    const all = book.entries().map(([hash, record]) => ({ hash, ...record }))
    const here = all.filter(({ state }) => state === 'here')
    const sum = (some: readonly { readonly size: number }[]) =>
      some.reduce((total, { size }) => total + size, 0)
    const given = (await room?.()) ?? null
    return {
      records,
      files: sum(here),
      count: here.length,
      kept: sum(here.filter(({ kept }) => kept)),
      free: given === null ? null : Math.max(0, given.quota - given.usage),
    }
  }

  /** The server has lost documents (a restored backup): their files are offered again. */
  async offerAgain(carriers: readonly BlobCarrier[]): Promise<void> {
    const { book } = this.#parts
    for (const [hash, record] of book.entries()) {
      const concerned = carriers.some((one) => isCarrier(record, one))
      if (concerned && record.sent && record.state === 'here') await book.change(hash, { sent: false })
    }
    this.wake()
  }

  /** What `look` sees, now and whenever a file has moved. */
  #changing<Seen>(look: () => Seen): Observable<Seen> {
    return merge(this.#parts.book.changes$, this.#moving).pipe(
      startWith(null),
      map(look),
      distinctUntilChanged<Seen>(sameJson),
    )
  }

  /** There is a server again, or something to send. */
  wake(): void {
    this.#outgoing.wake()
    void this.#fetchKept()
  }

  /** Resolves when the files that left with their documents are off the disk. */
  async left(): Promise<void> {
    await this.#following.noted()
    await Promise.all(this.#leaving)
  }

  /** Ends all transfers; what has arrived stays. */
  async close(): Promise<void> {
    this.#following.end()
    this.#ended.abort(new AppError('replica.locked'))
    await Promise.allSettled([this.#outgoing.ended(), ...this.#fetching.values()])
    this.#moving.complete()
    this.#parts.book.close()
  }

  /** What is to be kept here and is not, for a cut or a lost piece. */
  async #fetchKept(): Promise<void> {
    for (const [hash, { kept, state, carriers, size }] of this.#parts.book.entries()) {
      if (this.#ended.signal.aborted) return
      const [of] = carriers
      if (!kept || state === 'here' || of === undefined) continue
      // What can't be had now is asked for again with the next connection.
      await this.#fetch({ hash, size }, of).catch(() => undefined)
    }
  }

  #fetch({ hash, size }: Pick<Attachment, 'hash' | 'size'>, of: BlobCarrier): Promise<void> {
    this.#refuseEnded()
    if (this.#parts.book.get(hash)?.state === 'here') return Promise.resolve()
    const fetching =
      this.#fetching.get(hash) ?? this.#download(hash, size, of).finally(() => this.#fetching.delete(hash))
    this.#fetching.set(hash, fetching)
    return fetching
  }

  async #download(hash: string, size: number, of: BlobCarrier): Promise<void> {
    const { shelf, session, environment, book, database } = this.#parts
    const life = lifeOfServer(database)
    const record = await shelf.expect(hash, size)
    await book.carry(hash, of, true)
    try {
      const { signal } = this.#ended
      const read: DownloadParts['read'] = (request, line) => session.readBlob(request, line)
      const onProgress = (done: number): void => this.#move(hash, 'down', done)
      const parts = { shelf, environment, read, onProgress, isOnline: this.#parts.isOnline, signal }
      await download(parts, { hash, record, of })
      await book.change(hash, { state: 'here', life })
      const document = database.table(of.collection).get(of.id)
      await book.answerFor(hash, of, (document && lifeOf(document)) ?? life)
      await shelf.makeRoom(hash)
    } catch (failure) {
      const { code } = asAppError(failure)
      const waits = code === 'blob.missing' && book.get(hash)?.kept === true
      if (code === 'blob.damaged' || (code === 'blob.missing' && !waits)) await shelf.remove(hash)
      throw failure
    } finally {
      this.#move(hash, 'down', null)
    }
  }

  /** A file leaves with the last document that names it; what the server lacks stays until it has it. */
  #settle(hash: string): void {
    const record = this.#parts.book.get(hash)
    if (record === undefined || record.carriers.length > 0 || !record.sent) return
    // Chosen in a form that is not saved yet.
    const age = this.#parts.environment.clock.now() - Date.parse(record.addedAt)
    if (!record.carried && age < day) return
    // A disk that fails stops the replica; the next opening goes on.
    const leaving = this.#parts.shelf
      .remove(hash)
      .catch(() => undefined)
      .finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  #move(hash: string, way: Moving['way'], done: number | null): void {
    const next = new Map(this.#moving.value)
    const total = this.#parts.book.get(hash)?.size ?? 0
    if (done === null) next.delete(hash)
    else next.set(hash, { way, done, total })
    this.#moving.next(next)
  }

  #done(hash: string, way: Moving['way']): number | undefined {
    const moving = this.#moving.value.get(hash)
    return moving?.way === way ? moving.done : undefined
  }

  #refuseEnded(): void {
    if (this.#ended.signal.aborted) throw new AppError('replica.locked')
  }
}

function carrierOf({ module, id }: FileOwner): BlobCarrier {
  return { collection: modules[module].collection, id }
}
