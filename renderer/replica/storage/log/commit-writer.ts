import { AppError } from '#app/kernel/index.ts'
import type { PageCipher, PageDraft } from '../cipher/page-cipher.ts'
import type { PageBody } from '../cipher/page-body.ts'
import type { Durability, PageCommit, PageKey, PageStore } from '../page-store/page-store.ts'
import { headOf, newPageKey } from './catalogue.ts'
import type { Catalogue, CollectionState } from './catalogue.ts'
import { countSeals } from './seals.ts'

/** A commit being formed. */
export type CommitDraft = {
  /** The next number in the order of all writes. */
  nextOrder(): number
  /** The epoch that its pages are sealed under. */
  readonly epoch: number
  addPage(collection: CollectionState, body: PageBody): PageKey
  /** `null`: a page that belongs to no collection. */
  removePage(collection: CollectionState | null, key: PageKey): void
}

/** Something to be written. Both functions run to the end without a pause. */
export type Change = {
  readonly durability: Durability
  /** Gets a commit of its own: it reads what earlier commits made visible. */
  readonly alone?: boolean
  /** May be sealed while the commit before it is still on its way to the disk: it replaces nothing that can be seen. */
  readonly ahead?: boolean
  /** Puts the change into a commit; runs when its turn has come. */
  prepare(draft: CommitDraft): void
  /** The commit is on the disk: makes the change visible. */
  committed(): void
}

export type CommitWriter = {
  /** Resolves when the change is on disk and visible. Throws `replica.write-failed`, `replica.locked`. */
  write(change: Change): Promise<void>
  failed(): AppError | null
  /** The last commit that a power cut can't take back. */
  durable(): number
  /** Refuses further changes, and waits for those under way. */
  close(): Promise<void>
}

/** A commit and its number. */
type Sealed = { readonly number: number; readonly commit: PageCommit }

type Waiting = { readonly change: Change; resolve(): void; reject(failure: AppError): void }

/**
 * One writer for all collections. Whatever waits when a commit begins goes into that commit together: one write to the
 * disk, one head. Commits go to the disk one after the other; at most the next is sealed meanwhile. Fail-stop: after a failed commit what memory holds and what the disk holds may differ, so nothing is
 * written any more until the store is opened again.
 */
export function commitWriter(options: {
  readonly pageStore: PageStore
  readonly cipher: PageCipher
  readonly catalogue: Catalogue
  readonly onFailed: (failure: AppError) => void
  readonly onCommitted?: () => void
}): CommitWriter {
  const { pageStore, cipher, catalogue } = options
  const waiting: Waiting[] = []
  let running: Promise<void> | null = null
  let refusal: AppError | null = null
  let failure: AppError | null = null
  let durable = catalogue.commit

  async function drain(): Promise<void> {
    // Whatever is asked for in the same turn comes along.
    await Promise.resolve()
    let underWay = Promise.resolve()
    while (waiting.length > 0) {
      if (!waiting.every(({ change }) => change.ahead === true)) await underWay
      const batch = takeBatch(waiting)
      const sealing = sealCommit(cipher, catalogue, batch).catch(stop)
      await underWay
      const sealed = await sealing
      underWay = sealed === undefined || failure !== null ? refuse(batch) : write(sealed, batch)
      if (waiting.length === 0) await underWay
    }
    running = null
  }

  async function write({ number, commit }: Sealed, batch: readonly Waiting[]): Promise<void> {
    try {
      await pageStore.commit(commit)
      if (commit.durability === 'strict') durable = number
      for (const { change } of batch) change.committed()
      for (const { resolve } of batch) resolve()
      options.onCommitted?.()
    } catch (cause) {
      stop(cause)
      void refuse(batch)
    }
  }

  function stop(cause: unknown): undefined {
    // The next may fail to be sealed while this one fails on the disk: the first failure is the one that is told.
    if (failure !== null) return
    const reason = new AppError('replica.write-failed', {}, { cause })
    failure = reason
    refusal = reason
    void refuse(waiting.splice(0))
    options.onFailed(reason)
  }

  /** After a failed commit none is written any more, not even one that is sealed already. */
  function refuse(batch: readonly Waiting[]): Promise<void> {
    const reason = failure ?? new AppError('replica.locked')
    for (const { reject } of batch) reject(reason)
    return Promise.resolve()
  }

  return {
    write(change) {
      if (refusal !== null) return Promise.reject(refusal)
      return new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject })
        running ??= drain()
      })
    },
    failed: () => failure,
    durable: () => durable,
    async close() {
      refusal ??= new AppError('replica.locked')
      await running
    },
  }
}

/** As many as may share a commit, in the order in which they came. */
function takeBatch(waiting: Waiting[]): Waiting[] {
  const firstAlone = waiting.findIndex(({ change }) => change.alone === true)
  return waiting.splice(0, firstAlone === -1 ? waiting.length : Math.max(1, firstAlone))
}

async function sealCommit(
  cipher: PageCipher,
  catalogue: Catalogue,
  batch: readonly Waiting[],
): Promise<Sealed> {
  catalogue.commit += 1
  const number = catalogue.commit
  const changes = batch.map(({ change }) => change)
  const drafts = new Map<PageKey, PageDraft>()
  const remove = new Set<PageKey>()
  const draft: CommitDraft = {
    nextOrder: () => (catalogue.order += 1),
    // What is prepared here is sealed in this same turn, before the key can be another.
    epoch: cipher.epoch(),
    addPage(collection, body) {
      const key = newPageKey()
      drafts.set(key, { key, commit: number, collection, body })
      collection.pages.add(key)
      collection.said = undefined
      return key
    },
    removePage(collection, key) {
      if (collection?.pages.delete(key) === true) collection.said = undefined
      if (!drafts.delete(key)) remove.add(key)
    },
  }
  for (const change of changes) change.prepare(draft)
  const durability = changes.some((change) => change.durability === 'strict') ? 'strict' : 'relaxed'
  countSeals(catalogue, draft.epoch, drafts.size)
  const head = headOf(catalogue)
  const pages = [...drafts.values()].map(async (page) => [page.key, await cipher.sealPage(page)] as const)
  const [put, sealedHead] = await Promise.all([Promise.all(pages), cipher.sealHead(head)])
  return { number, commit: { put: new Map(put), remove: [...remove], head: sealedHead, durability } }
}
