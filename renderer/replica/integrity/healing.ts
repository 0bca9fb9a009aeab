import { first, Subscription } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import type { Author } from '../database/local-edit.ts'
import { isPending } from '../database/stored-document.ts'
import { writeDocument } from '../database/write.ts'
import type { Quarantine } from '../replication/quarantine.ts'
import type { Replication } from '../replication/replication.ts'
import type { SyncMonitor } from '../replication/sync-monitor.ts'
import type { EncryptedStorage } from '../storage/index.ts'
import { damageWords } from './damage-words.ts'
import { keepStranded, takeUpStranded } from './stranded-edits.ts'

// A copy that can't be trusted as it is: pages are damaged, or an earlier state of it was put back. It is told, all of it
// is compared with the server, and what was found is settled once the server has answered everything.

type Parts = {
  readonly storage: EncryptedStorage
  readonly database: ReplicaDatabase
  readonly quarantine: Quarantine
  readonly author: () => Author
  readonly monitor: SyncMonitor
  readonly replication: Pick<Replication, 'compareAnew'>
  /** Tells the server that this copy is whole again. */
  readonly tellHealed: () => Promise<unknown>
}

export class Healing {
  readonly #following = new Subscription()
  #parts: Parts | null = null
  #older = false
  #comparing = false

  /** From here on damage is told whenever a page is found damaged: some are read long after the copy was opened. */
  async begin(parts: Parts): Promise<void> {
    this.#parts = parts
    await keepStranded(parts)
    if (isDamaged(parts.storage)) this.#damaged(parts)
    this.#following.add(parts.storage.damaged$.subscribe(() => this.#damaged(parts)))
    if (this.#older) await this.#heal(parts)
  }

  /**
   * The server says that this is an earlier state of the copy that it knew. Resolves when nothing that was not sent can
   * be taken for something that the server has not seen: before that, nothing may be sent.
   */
  async olderCopy(): Promise<void> {
    this.#older = true
    if (this.#parts !== null) await this.#heal(this.#parts)
  }

  /** Holds on to nothing from here on. */
  end(): void {
    this.#parts = null
    this.#following.unsubscribe()
  }

  #damaged(parts: Parts): void {
    parts.monitor.problem(new AppError('replica.damaged', { what: damageWords(parts.storage.damage()) }))
    this.#compare(parts)
  }

  async #heal(parts: Parts): Promise<void> {
    await markUnsure(parts.database)
    parts.monitor.problem(new AppError('replica.older-copy'))
    this.#compare(parts)
  }

  #compare(parts: Parts): void {
    parts.replication.compareAnew()
    if (this.#comparing) return
    this.#comparing = true
    const done = parts.monitor.status$.pipe(first(({ phase }) => phase === 'done', null))
    this.#following.add(done.subscribe((status) => void (status && this.#settle(parts))))
  }

  async #settle(parts: Parts): Promise<void> {
    this.#comparing = false
    // What can't be settled now is found, and healed, the next time.
    await this.#settleDamage(parts).catch(() => undefined)
    if (!this.#older) return
    this.#older = false
    await parts.tellHealed().catch(() => undefined)
  }

  async #settleDamage(parts: Parts): Promise<void> {
    if (!isDamaged(parts.storage)) return
    await takeUpStranded(parts)
    await parts.storage.settleDamage()
  }
}

function isDamaged(storage: EncryptedStorage): boolean {
  const { pages, head } = storage.damage()
  return pages > 0 || head
}

/** Some of it may have been sent, answered and changed since: it must not take the place of anything unseen. */
async function markUnsure(database: ReplicaDatabase): Promise<void> {
  const marked = database.names.flatMap((name) =>
    [...database.table(name).pendingIds()].map((id) =>
      writeDocument(database.table(name), id, (held) => {
        if (held === undefined || !isPending(held) || held.localEdit === undefined) return null
        return held.localEdit.unsure === true
          ? null
          : { ...held, localEdit: { ...held.localEdit, unsure: true } }
      }),
    ),
  )
  await Promise.all(marked)
}
