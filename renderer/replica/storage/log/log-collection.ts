import type { PageCipher } from '../cipher/page-cipher.ts'
import type { PageEntry, StoredDocument } from '../cipher/page-format.ts'
import type { Durability, PageKey, PageStore } from '../page-store/page-store.ts'
import type { CollectionState } from './catalogue.ts'
import { changeOrder } from './change-order.ts'
import type { ChangeOrder } from './change-order.ts'
import type { Change, CommitDraft, CommitWriter } from './commit-writer.ts'
import type { DamageLedger } from './damage.ts'
import { chooseForCompaction } from './compaction.ts'
import { PAGE_ENTRIES } from './page-state.ts'
import type { PageState, Version } from './page-state.ts'
import { readCollection } from './read-collection.ts'
import type { OnPages, ReadAs } from './read-collection.ts'
import { rescue, SecondCopies } from './second-copies.ts'

/** Who holds the documents that can be seen: the log itself keeps only where they lie. */
export type LogSource<Document extends StoredDocument> = {
  idOf(document: Document): string
  get(id: string): Document | undefined
  /** Whether a version exists here only, and so lies on two pages. */
  isTwice(document: Document): boolean
}

/** Which of these pages are to be written again. */
type Choose = (pages: readonly PageState[]) => readonly PageState[]

/** Where a collection's pages lie, and the second copies of what exists here only. */
export type LogPlaces = { readonly first: CollectionState; readonly second: CollectionState }

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
  readonly #second: SecondCopies<Document>
  readonly #onClosed: () => void
  #compaction: Promise<void> | null = null
  #closed = false

  /** Reads the collection's pages; answers the current version of each document. */
  static async open<Document extends StoredDocument>(
    parts: LogParts,
    { first, second }: LogPlaces,
    readAs: ReadAs,
    source: LogSource<Document>,
    listener: LogListener,
  ): Promise<{ collection: LogCollection<Document>; documents: Document[] }> {
    const read = await readCollection(parts, first, readAs, source.idOf, listener.onPages)
    const twice = await readCollection(parts, second, readAs, source.idOf, listener.onPages)
    const rescued = rescue(read, twice, source.idOf)
    for (const { name } of [first, second]) {
      parts.damage.settleLosses(name, (id) => read.versions.get(id)?.order)
    }
    const copies = new SecondCopies<Document>(second, source.isTwice, twice)
    const collection = new LogCollection(parts.writer, first, source, read, copies, listener.onClosed)
    collection.#mend(read.documents, rescued)
    return { collection, documents: read.documents }
  }

  private constructor(
    writer: CommitWriter,
    state: CollectionState,
    source: LogSource<Document>,
    read: { readonly pages: Map<PageKey, PageState>; readonly versions: Map<string, Version> },
    second: SecondCopies<Document>,
    onClosed: () => void,
  ) {
    this.#writer = writer
    this.#state = state
    this.#source = source
    this.#onClosed = onClosed
    this.#pages = read.pages
    this.#versions = read.versions
    this.#second = second
    this.#second.settle((id, order) => this.#versions.get(id)?.order === order)
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
        this.#second.follow(draft, entries)
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
    const choose: Choose = (pages) => pages.filter((page) => holdsDead(page) || holdsAny(page, forget))
    return this.#rewrite('strict', choose, forget, forgotten)
  }

  /** Writes these pages again, whatever they hold. */
  rewrite(keys: readonly PageKey[]): Promise<void> {
    return this.#rewrite('strict', (pages) => pages.filter(({ key }) => keys.includes(key)))
  }

  /** How many pages an older version of Rounds wrote. */
  outdatedPages(): number {
    return [...this.#pages.values()].filter((page) => this.#isOutdated(page)).length
  }

  /** How many pages lie under an older key than that of the epoch, or hold documents of an older version. */
  pagesBefore(epoch: number): number {
    return this.#allPages().filter((page) => this.#isOld(page, epoch)).length
  }

  /** Writes some of the pages again that `pagesBefore` counts. Loses nothing in a power cut but the work done. */
  reseal(epoch: number, most: number): Promise<void> {
    const choose: Choose = (pages) => pages.filter((page) => this.#isOld(page, epoch)).slice(0, most)
    return this.#rewrite('relaxed', choose)
  }

  drop(): Promise<void> {
    return this.#writer.write({
      durability: 'strict',
      prepare: (draft) => {
        for (const key of this.#state.pages) draft.removePage(this.#state, key)
        this.#pages.clear()
        this.#versions.clear()
        this.#second.drop(draft)
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
    choose: Choose,
    forget: ReadonlySet<string> = new Set(),
    done: () => void = () => undefined,
  ): Promise<void> {
    return this.#writer.write({
      durability,
      alone: true,
      prepare: (draft) => {
        const chosen = choose([...this.#pages.values()])
        const chosenCopies = choose(this.#second.pages())
        const living = chosen.flatMap((page) => this.#livingIn(page))
        this.#second.rewrite(draft, chosenCopies, forget, (id) => this.#entryOf(id))
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

  #allPages(): PageState[] {
    return [...this.#pages.values(), ...this.#second.pages()]
  }

  /** None once it is closed: what they hold need not be in memory any more. */
  #isOld(page: PageState, epoch: number): boolean {
    return !this.#closed && (page.epoch < epoch || this.#isOutdated(page))
  }

  #isOutdated({ schemaVersion }: PageState): boolean {
    return schemaVersion < this.#state.schemaVersion
  }

  #livingIn(page: PageState): PageEntry<Document>[] {
    const living = page.ids.filter((id) => this.#versions.get(id)?.page === page)
    return living.map((id) => this.#entryOf(id))
  }

  #entryOf(id: string): PageEntry<Document> {
    const document = this.#source.get(id)
    const order = this.#versions.get(id)?.order
    if (document === undefined || order === undefined) throw new Error('the log names a document not held')
    return { id, order, document }
  }

  /** What was read from one page only, though it has to lie on two, is written to two again. */
  #mend(documents: readonly Document[], rescued: readonly PageEntry<Document>[]): void {
    const entries = documents.map((document) => {
      const id = this.#source.idOf(document)
      return { id, order: this.#versions.get(id)?.order ?? 0, document }
    })
    const alone = entries.filter((entry) => this.#second.lacks(entry))
    if (rescued.length === 0 && alone.length === 0) return
    const isCurrent = ({ id, order }: PageEntry): boolean => this.#versions.get(id)?.order === order
    this.#inBackground({
      durability: 'strict',
      prepare: (draft) => {
        this.#place(draft, rescued.filter(isCurrent))
        this.#second.follow(draft, [...rescued, ...alone].filter(isCurrent))
      },
      committed: () => undefined,
    })
  }

  #compactInBackground(): void {
    if (this.#closed || this.#compaction !== null) return
    const places = [[...this.#pages.values()], this.#second.pages()]
    if (places.every((pages) => chooseForCompaction(pages).length === 0)) return
    const choose: Choose = (pages) => (this.#closed ? [] : chooseForCompaction(pages))
    this.#follow(this.#rewrite('relaxed', choose))
  }

  #inBackground(change: Change): void {
    this.#follow(this.#writer.write(change))
  }

  /** A failure is told by the writer, which stops; the log on the disk stays as it was. */
  #follow(work: Promise<void>): void {
    const followed = work
      .catch(() => undefined)
      .finally(() => {
        if (this.#compaction === followed) this.#compaction = null
      })
    this.#compaction = followed
  }
}

function holdsDead(page: PageState): boolean {
  return page.live < page.ids.length
}

function holdsAny(page: PageState, ids: ReadonlySet<string>): boolean {
  return ids.size > 0 && page.ids.some((id) => ids.has(id))
}
