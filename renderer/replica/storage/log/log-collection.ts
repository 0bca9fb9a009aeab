import type { PageCipher } from '../cipher/page-cipher.ts'
import type { PageEntry, StoredDocument } from '../cipher/page-format.ts'
import type { Durability, PageKey, PageStore } from '../page-store/page-store.ts'
import type { CollectionState } from './catalogue.ts'
import { changeOrder } from './change-order.ts'
import type { ChangeOrder } from './change-order.ts'
import type { CommitDraft, CommitWriter } from './commit-writer.ts'
import type { DamageLedger } from './damage.ts'
import { chooseForCompaction } from './compaction.ts'
import type { PageState, Version } from './page-state.ts'
import { readCollection } from './read-collection.ts'
import type { OnPages, ReadAs } from './read-collection.ts'

/** The most documents that a page holds. */
export const PAGE_ENTRIES = 256

/** Who holds the documents that can be seen: the log itself keeps only where they lie. */
export type LogSource<Document extends StoredDocument> = {
  idOf(document: Document): string
  get(id: string): Document | undefined
}

/** Who is told of a collection's reading and closing. */
type LogListener = { readonly onPages: OnPages; onClosed(): void }

export type LogParts = {
  readonly pageStore: PageStore
  readonly cipher: PageCipher
  readonly writer: CommitWriter
  readonly damage: DamageLedger
}

/**
 * One collection of the append-only log. The newest version of a document wins, whichever page it lies in. Invariant:
 * a document leaves the log only in a commit after which no page holds any replaced version, so that no older version
 * of it can come back.
 */
export class LogCollection<Document extends StoredDocument> {
  readonly #writer: CommitWriter
  readonly #state: CollectionState
  readonly #source: LogSource<Document>
  readonly #pages: Map<PageKey, PageState>
  readonly #versions: Map<string, Version>
  readonly #changes: ChangeOrder
  readonly #onClosed: () => void
  #compaction: Promise<void> | null = null
  #closed = false

  /** Reads the collection's pages; answers the current version of each document. */
  static async open<Document extends StoredDocument>(
    parts: LogParts,
    state: CollectionState,
    readAs: ReadAs,
    source: LogSource<Document>,
    listener: LogListener,
  ): Promise<{ collection: LogCollection<Document>; documents: Document[] }> {
    const { documents, ...read } = await readCollection(parts, state, readAs, source.idOf, listener.onPages)
    const collection = new LogCollection(parts.writer, state, source, read, listener.onClosed)
    return { collection, documents }
  }

  private constructor(
    writer: CommitWriter,
    state: CollectionState,
    source: LogSource<Document>,
    read: { readonly pages: Map<PageKey, PageState>; readonly versions: Map<string, Version> },
    onClosed: () => void,
  ) {
    this.#writer = writer
    this.#state = state
    this.#source = source
    this.#onClosed = onClosed
    this.#pages = read.pages
    this.#versions = read.versions
    this.#changes = changeOrder((id) => this.#versions.get(id)?.order)
    const inOrder = [...read.versions].toSorted(([, a], [, b]) => a.order - b.order)
    for (const [id, { order }] of inOrder) this.#changes.add(id, order)
  }

  /** `visible` runs once the documents are on the disk; it is told the order of the last, the others come before it. */
  append(
    documents: readonly Document[],
    durability: Durability,
    visible: (lastOrder: number) => void,
  ): Promise<void> {
    let entries: PageEntry<Document>[] = []
    return this.#writer.write({
      durability,
      prepare: (draft) => {
        entries = documents.map((document) => ({
          id: this.#source.idOf(document),
          order: draft.nextOrder(),
          document,
        }))
        this.#place(draft, entries)
      },
      committed: () => {
        for (const { id, order } of entries) this.#changes.add(id, order)
        visible(entries.at(-1)?.order ?? 0)
        this.#compactInBackground()
      },
    })
  }

  changedSince(order: number, limit: number): { readonly ids: string[]; readonly order: number } {
    return this.#changes.since(order, limit)
  }

  /** Writes again every page with replaced entries, and leaves these documents out. */
  compact(forget: ReadonlySet<string>, forgotten: () => void): Promise<void> {
    const choose = () => [...this.#pages.values()].filter((page) => holdsDead(page) || holdsAny(page, forget))
    return this.#rewrite('strict', choose, forget, forgotten)
  }

  /** Writes these pages again, whatever they hold. */
  rewrite(keys: readonly PageKey[]): Promise<void> {
    return this.#rewrite('strict', () => [...this.#pages.values()].filter(({ key }) => keys.includes(key)))
  }

  /** How many pages an older version of Rounds wrote. */
  outdatedPages(): number {
    return [...this.#pages.values()].filter((page) => this.#isOutdated(page)).length
  }

  /** How many pages lie under an older key than that of the epoch, or hold documents of an older version. */
  pagesBefore(epoch: number): number {
    return this.#oldPages(epoch).length
  }

  /** Writes some of the pages again that `pagesBefore` counts. Loses nothing in a power cut but the work done. */
  reseal(epoch: number, most: number): Promise<void> {
    return this.#rewrite('relaxed', () => this.#oldPages(epoch).slice(0, most))
  }

  drop(): Promise<void> {
    return this.#writer.write({
      durability: 'strict',
      prepare: (draft) => {
        for (const key of this.#state.pages) draft.removePage(this.#state, key)
        this.#pages.clear()
        this.#versions.clear()
      },
      committed: () => undefined,
    })
  }

  counts(): { readonly live: number; readonly dead: number } {
    const dead = [...this.#pages.values()].reduce((sum, page) => sum + page.ids.length - page.live, 0)
    return { live: this.#versions.size, dead }
  }

  /** Ends background compaction: after it the source need not hold the documents any more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#compaction
    this.#onClosed()
  }

  /** Puts entries into pages of the commit. What they replace dies; a page with nothing left goes with it. */
  #place(draft: CommitDraft, entries: readonly PageEntry[]): void {
    for (let start = 0; start < entries.length; start += PAGE_ENTRIES) {
      const chunk = entries.slice(start, start + PAGE_ENTRIES)
      const ids = chunk.map(({ id }) => id)
      const { epoch } = draft
      const { schemaVersion } = this.#state
      const key = draft.addPage(this.#state, chunk)
      const page: PageState = { key, epoch, schemaVersion, ids, live: ids.length }
      this.#pages.set(page.key, page)
      for (const { id, order } of chunk) {
        this.#bury(draft, id)
        this.#versions.set(id, { order, page })
      }
    }
  }

  #bury(draft: CommitDraft, id: string): void {
    const page = this.#versions.get(id)?.page
    if (page === undefined || !this.#pages.has(page.key)) return
    page.live -= 1
    if (page.live === 0) this.#removePage(draft, page)
  }

  #removePage(draft: CommitDraft, page: PageState): void {
    this.#pages.delete(page.key)
    draft.removePage(this.#state, page.key)
  }

  /** Takes pages out of the log and puts their living entries into new ones. They keep their orders. */
  #rewrite(
    durability: Durability,
    choose: () => readonly PageState[],
    forget: ReadonlySet<string> = new Set(),
    done: () => void = () => undefined,
  ): Promise<void> {
    return this.#writer.write({
      durability,
      alone: true,
      prepare: (draft) => {
        const chosen = choose()
        const living = chosen.flatMap((page) => this.#livingIn(page))
        for (const id of forget) this.#versions.delete(id)
        for (const page of chosen) this.#removePage(draft, page)
        this.#place(
          draft,
          living.filter(({ id }) => !forget.has(id)),
        )
      },
      committed: done,
    })
  }

  /** None once it is closed: what they hold need not be in memory any more. */
  #oldPages(epoch: number): PageState[] {
    return this.#closed
      ? []
      : [...this.#pages.values()].filter((page) => page.epoch < epoch || this.#isOutdated(page))
  }

  #isOutdated({ schemaVersion }: PageState): boolean {
    return schemaVersion < this.#state.schemaVersion
  }

  #livingIn(page: PageState): PageEntry<Document>[] {
    const living = page.ids.filter((id) => this.#versions.get(id)?.page === page)
    return living.map((id) => {
      const document = this.#source.get(id)
      const order = this.#versions.get(id)?.order
      if (document === undefined || order === undefined) throw new Error('the log names a document not held')
      return { id, order, document }
    })
  }

  #compactInBackground(): void {
    if (this.#closed || this.#compaction !== null) return
    if (chooseForCompaction(this.#pages.values()).length === 0) return
    const choose = () => (this.#closed ? [] : chooseForCompaction(this.#pages.values()))
    // A failure is told by the writer, which stops; the log on the disk stays as it was.
    this.#compaction = this.#rewrite('relaxed', choose)
      .catch(() => undefined)
      .finally(() => (this.#compaction = null))
  }
}

function holdsDead(page: PageState): boolean {
  return page.live < page.ids.length
}

function holdsAny(page: PageState, ids: ReadonlySet<string>): boolean {
  return ids.size > 0 && page.ids.some((id) => ids.has(id))
}
