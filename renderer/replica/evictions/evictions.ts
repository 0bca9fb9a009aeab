import { Subscription } from 'rxjs'
import { instant } from '#app/kernel/index.ts'
import type { Clock, CollectionName, Id } from '#app/kernel/index.ts'
import type { EvictedAnswer, EvictedRef, EvictedRequest } from '#app/protocol/index.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import type { TableChange } from '../database/table.ts'
import type { EvictionBook } from './eviction-book.ts'

type Parts = {
  readonly database: Pick<ReplicaDatabase, 'names' | 'table'>
  readonly book: EvictionBook
  readonly clock: Clock
  /** Whether a refused edit of it lies in the quarantine: what the server never took was not taken back. */
  readonly isRefused: (id: Id) => boolean
  /** Resolves when the files that left with their documents are off the disk. */
  readonly filesLeft: () => Promise<void>
  readonly send: (request: EvictedRequest) => Promise<EvictedAnswer>
}

/**
 * The receipts for what was taken off this device. The server keeps the account: it is asked once a connection, and whenever
 * something has left. What it names and is not here any more is taken out of every page that still holds a replaced
 * version of it, and only then confirmed. So nothing has to be remembered here, whenever the device is killed.
 */
export class Evictions {
  readonly #parts: Parts
  readonly #following = new Subscription()
  #owes = true
  #settling: Promise<void> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
    for (const name of parts.database.names) {
      const { changes$ } = parts.database.table(name)
      this.#following.add(changes$.subscribe((changes) => this.#note(name, changes)))
    }
  }

  /** The server is another, or was put back: it is asked again. */
  owe(): void {
    this.#owes = true
  }

  /** Called when the server has answered everything else. One at a time; what fails is done with the next call. */
  settle(): Promise<void> {
    if (!this.#owes) return this.#settling ?? Promise.resolve()
    this.#settling ??= this.#settleAll().finally(() => {
      this.#settling = null
    })
    return this.#settling
  }

  /** Follows nothing any more, and waits for the receipt under way. */
  async close(): Promise<void> {
    this.#following.unsubscribe()
    this.#owes = false
    await this.#settling
    this.#parts.book.close()
  }

  #note(collection: CollectionName, changes: readonly TableChange[]): void {
    const left = changes.filter(({ now }) => now === undefined)
    // A first load is long, and nothing has left before it.
    if (!this.#parts.book.isEmpty && left.length < changes.length) {
      this.#parts.book.cameBack(new Set(changes.flatMap(({ id, now }) => (now === undefined ? [] : id))))
    }
    if (left.length === 0) return
    this.#owes = true
    const at = instant(this.#parts.clock)
    this.#parts.book.left(
      left.flatMap(({ id, was: kind }) =>
        kind === undefined || this.#parts.isRefused(id) ? [] : { collection, kind, id, at },
      ),
    )
  }

  async #settleAll(): Promise<void> {
    try {
      while (this.#owes) {
        this.#owes = false
        await this.#confirmAll()
      }
    } catch {
      // Without an answer, or a disk that takes it, nothing is confirmed: it stays owed.
      this.#owes = true
    }
  }

  async #confirmAll(): Promise<void> {
    const { send, book, clock } = this.#parts
    const told = new Set<string>()
    let gone: EvictedRef[] = []
    do {
      const { outstanding } = await send({ gone })
      const named = new Set([...told, ...outstanding.map(({ id }) => id)])
      // A server that was put back to a backup has lost count of what left since: it leaves the pages all the same.
      await this.#purge(book.unconfirmed().filter((ref) => !named.has(ref.id) && this.#isGone(ref)))
      book.confirmed(new Set(outstanding.map(({ id }) => id)), instant(clock))
      gone = outstanding.filter((ref) => this.#isGone(ref) && !told.has(ref.id))
      for (const { id } of gone) told.add(id)
      await this.#purge(gone)
    } while (gone.length > 0)
  }

  /** Not what waits for the answer to an edit, nor what a page on its way will take off. */
  #isGone({ collection, id }: EvictedRef): boolean {
    const { database } = this.#parts
    return database.names.includes(collection) && !database.table(collection).has(id)
  }

  async #purge(gone: readonly EvictedRef[]): Promise<void> {
    if (gone.length === 0) return
    for (const [collection, refs] of Map.groupBy(gone, (ref) => ref.collection)) {
      await this.#parts.database.table(collection).purge(new Set(refs.map(({ id }) => id)))
    }
    await this.#parts.filesLeft()
  }
}
