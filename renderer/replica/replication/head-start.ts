import { codeOf } from '#app/kernel/index.ts'
import type { AppError, CollectionName, Id } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'
import type { FetchAnswer, FirstAnswer } from '#app/protocol/index.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import { loadViews, readableViews } from './incoming-views.ts'

type HeadStartOptions = {
  readonly database: Pick<ReplicaDatabase, 'names' | 'table'>
  /** The collections whose first load is over. */
  readonly loaded: () => readonly CollectionName[]
  readonly ask: () => Promise<FirstAnswer>
  readonly fetch: (collection: CollectionName, ids: readonly Id[]) => Promise<FetchAnswer>
  /** These of what comes first are here now. */
  readonly onHere: (collection: CollectionName, ids: readonly Id[]) => void
  readonly onUnreadable: (failure: AppError) => void
}

/**
 * A first load begins with what people need before everything else: the server names it, and it is fetched by id, ahead of
 * every walk. Nothing is kept of how far that has come: what is here is not fetched again.
 *
 * No pull is asked for before it is over. A state that was read before a walk began, and written after that walk had named
 * what is held here, would be compared with nothing: had the document left the user's reach in between, it would stay.
 */
export class HeadStart {
  readonly #options: HeadStartOptions
  #running: Promise<void> | null = null
  #isOver = false

  constructor(options: HeadStartOptions) {
    this.#options = options
  }

  /** Resolves when it is over. Throws where the server, or the disk, can't be had now: then it is asked for again. */
  over(): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #run(): Promise<void> {
    try {
      if (this.#missing().some((name) => comesFirst.has(name))) await this.#bring()
    } catch (failure) {
      // A server that can't say what comes first is no reason not to load the rest.
      if (!refusals.has(codeOf(failure))) throw failure
    }
    this.#isOver = true
  }

  async #bring(): Promise<void> {
    const missing = new Set(this.#missing())
    const { parts } = await this.#options.ask()
    const brought = parts.filter(({ collection }) => missing.has(collection)).map((part) => this.#part(part))
    // None may land behind the failure of another.
    const failed = (await Promise.allSettled(brought)).find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  }

  async #part({ collection, ids }: FirstAnswer['parts'][number]): Promise<void> {
    const { database, fetch, onHere, onUnreadable } = this.#options
    const table = database.table(collection)
    const wanted = ids.filter((id) => !table.has(id))
    if (wanted.length > 0) {
      const { documents } = await fetch(collection, wanted)
      await loadViews(table, readableViews(collection, documents, onUnreadable))
    }
    onHere(
      collection,
      ids.filter((id) => table.has(id)),
    )
  }

  #missing(): readonly CollectionName[] {
    const loaded = new Set(this.#options.loaded())
    return this.#options.database.names.filter((name) => !loaded.has(name))
  }
}

/** Where something comes first, what it refers to not counted. */
const comesFirst: ReadonlySet<CollectionName> = new Set(
  allModules.filter(({ first }) => first.length > 0).map(({ collection }) => collection),
)

/** What asking again would not change. */
const refusals: ReadonlySet<string> = new Set(['internal', 'request.invalid', 'request.too-large'])
