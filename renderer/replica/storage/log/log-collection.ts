import { contentAt } from '../cipher/page-body.ts'
import type { Content, PageEntry } from '../cipher/page-body.ts'
import type { PageCipher } from '../cipher/page-cipher.ts'
import type { Durability, PageKey, PageStore } from '../page-store/page-store.ts'
import type { CollectionState } from './catalogue.ts'
import { changeOrder } from './change-order.ts'
import type { ChangeOrder } from './change-order.ts'
import type { Change, CommitWriter } from './commit-writer.ts'
import type { DamageLedger } from './damage.ts'
import { chooseForCompaction } from './compaction.ts'
import { localIn, overwrite, packedPages } from './page-state.ts'
import type { PageState, Version } from './page-state.ts'
import { PlacedPages } from './placed-pages.ts'
import { readCollection } from './read-collection.ts'
import type { CollectionRead, OnPages, ReadAs } from './read-collection.ts'
import { rescue, SecondCopies } from './second-copies.ts'

/** A document as it is to be kept. */
export type LogEntry = {
  readonly id: string
  readonly content: Content
  /** It exists on this device only, and so lies on two pages. */
  readonly local: boolean
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
 * One collection of the append-only log. It holds the pages as bytes, on the disk and in memory alike, and knows nothing
 * of what the documents say. The newest version of a document wins, whichever page it lies in. Invariant: a document
 * leaves the log only in a commit after which no page holds any replaced version, so that no older version of it can
 * come back.
 */
export class LogCollection {
  readonly #writer: CommitWriter
  readonly #state: CollectionState
  readonly #placed: PlacedPages
  /** What is still to be seen of the documents that are on their way to the disk. */
  readonly #shown = new Map<string, Version | undefined>()
  readonly #second: SecondCopies
  readonly #onClosed: () => void
  #changes: ChangeOrder | null = null
  #compaction: Promise<void> | null = null
  #closed = false

  /** Reads the collection's pages. */
  static async open(
    parts: LogParts,
    { first, second }: LogPlaces,
    readAs: ReadAs,
    listener: LogListener,
  ): Promise<LogCollection> {
    const read = await readCollection(parts, first, readAs, listener.onPages)
    const twice = await readCollection(parts, second, readAs, listener.onPages).catch((failure: unknown) => {
      overwrite(read.pages.values())
      throw failure
    })
    const rescued = rescue(read, twice)
    for (const { name } of [first, second]) {
      parts.damage.settleLosses(name, (id) => read.versions.get(id)?.order)
    }
    const copies = new SecondCopies(new PlacedPages(second, twice))
    const collection = new LogCollection(parts.writer, first, read, copies, listener.onClosed)
    collection.#mend(rescued)
    return collection
  }

  private constructor(
    writer: CommitWriter,
    state: CollectionState,
    read: CollectionRead,
    second: SecondCopies,
    onClosed: () => void,
  ) {
    this.#writer = writer
    this.#state = state
    this.#onClosed = onClosed
    this.#placed = new PlacedPages(state, read)
    this.#second = second
    this.#second.settle((id, order) => this.#placed.versions.get(id)?.order === order)
  }

  get size(): number {
    return this.#placed.versions.size
  }

  /** Those that are on their way to the disk for the first time included. */
  ids(): IterableIterator<string> {
    return this.#placed.versions.keys()
  }

  /** The document's newest state on the disk; a view of memory that the log may empty later. */
  content(id: string): Uint8Array<ArrayBuffer> | undefined {
    const version = this.#visible(id)
    return version && contentAt(version.page.body, version.at)
  }

  /** When that state was written; 0 where there is none. */
  orderOf(id: string): number {
    return this.#visible(id)?.order ?? 0
  }

  /** `visible` runs once the documents are on the disk; it is told the order of the last, the others come before it. */
  append(
    documents: readonly LogEntry[],
    durability: Durability,
    visible: (lastOrder: number) => void,
  ): Promise<void> {
    return this.#append(documents, { durability }, visible)
  }

  /** The same for documents that are not here in any state: relaxed, and the next may be given before these are on the disk. */
  load(documents: readonly LogEntry[], visible: (lastOrder: number) => void): Promise<void> {
    return this.#append(documents, { durability: 'relaxed', ahead: true }, visible)
  }

  #append(
    documents: readonly LogEntry[],
    how: Pick<Change, 'durability' | 'ahead'>,
    visible: (lastOrder: number) => void,
  ): Promise<void> {
    let entries: PageEntry[] = []
    return this.#writer.write({
      ...how,
      prepare: (draft) => {
        entries = documents.map((document) => ({ ...document, order: draft.nextOrder() }))
        for (const { id } of entries) this.#shown.set(id, this.#placed.versions.get(id))
        const bodies = packedPages(entries)
        this.#placed.place(draft, bodies)
        this.#second.follow(draft, entries, bodies)
      },
      committed: () => {
        for (const { id, order } of entries) {
          this.#shown.delete(id)
          this.#changes?.add(id, order)
        }
        visible(entries.at(-1)?.order ?? 0)
        this.#compactInBackground()
      },
    })
  }

  changedSince(order: number, limit: number): { readonly ids: string[]; readonly order: number } {
    this.#changes ??= this.#changesRead()
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
    return this.#placed.all().filter((page) => this.#isOutdated(page)).length
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
        this.#placed.drop(draft)
        this.#second.drop(draft)
      },
      committed: () => undefined,
    })
  }

  counts(): { readonly live: number; readonly dead: number } {
    const dead = this.#placed.all().reduce((sum, page) => sum + page.body.ids.length - page.live, 0)
    return { live: this.#placed.versions.size, dead }
  }

  /** Ends background compaction; then overwrites the documents in memory and lets go of them. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#compaction
    overwrite(this.#allPages())
    this.#placed.forget()
    this.#second.forget()
    this.#shown.clear()
    this.#changes = null
    this.#onClosed()
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
        this.#second.rewrite(draft, choose(this.#second.pages()), forget)
        this.#placed.rewrite(draft, choose(this.#placed.all()), forget)
      },
      committed: done,
    })
  }

  #visible(id: string): Version | undefined {
    return this.#shown.has(id) ? this.#shown.get(id) : this.#placed.versions.get(id)
  }

  #allPages(): PageState[] {
    return [...this.#placed.all(), ...this.#second.pages()]
  }

  /** None once it is closed: what they hold need not be in memory any more. */
  #isOld(page: PageState, epoch: number): boolean {
    return !this.#closed && (page.epoch < epoch || this.#isOutdated(page))
  }

  #isOutdated({ schemaVersion }: PageState): boolean {
    return schemaVersion < this.#state.schemaVersion
  }

  /** Whoever asks for changes first makes their order: at unlock there are better things to do. */
  #changesRead(): ChangeOrder {
    const changes = changeOrder((id) => this.#placed.versions.get(id)?.order)
    const visible = [...this.#placed.versions].filter(([id]) => !this.#shown.has(id))
    for (const [id, { order }] of visible.toSorted(([, a], [, b]) => a.order - b.order))
      changes.add(id, order)
    return changes
  }

  /** What was read from one page only, though it has to lie on two, is written to two again. */
  #mend(rescued: readonly PageEntry[]): void {
    const alone = this.#placed
      .all()
      .flatMap((page) => localIn(page).filter((entry) => this.#isCurrent(entry) && this.#second.lacks(entry)))
    if (rescued.length === 0 && alone.length === 0) return
    this.#follow(
      this.#writer.write({
        durability: 'strict',
        prepare: (draft) => {
          const current = rescued.filter((entry) => this.#isCurrent(entry))
          this.#placed.place(draft, packedPages(current))
          this.#second.follow(draft, [...current, ...alone.filter((entry) => this.#isCurrent(entry))])
        },
        committed: () => undefined,
      }),
    )
  }

  #isCurrent({ id, order }: PageEntry): boolean {
    return this.#placed.versions.get(id)?.order === order
  }

  #compactInBackground(): void {
    if (this.#closed || this.#compaction !== null) return
    const places = [this.#placed.all(), this.#second.pages()]
    if (places.every((pages) => chooseForCompaction(pages).length === 0)) return
    const choose: Choose = (pages) => (this.#closed ? [] : chooseForCompaction(pages))
    this.#follow(this.#rewrite('relaxed', choose))
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
  return page.live < page.body.ids.length
}

function holdsAny(page: PageState, ids: ReadonlySet<string>): boolean {
  return ids.size > 0 && page.body.ids.some((id) => ids.has(id))
}
