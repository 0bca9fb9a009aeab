import type { Content, PageEntry } from '../cipher/page-body.ts'
import type { PageCipher } from '../cipher/page-cipher.ts'
import type { Durability, PageKey, PageStore } from '../page-store/page-store.ts'
import { changeOrder } from './change-order.ts'
import type { ChangeOrder } from './change-order.ts'
import type { Change, CommitWriter } from './commit-writer.ts'
import type { DamageLedger } from './damage.ts'
import { chooseForCompaction } from './compaction.ts'
import { contentOf, EditedDocuments, orderOf } from './edited-documents.ts'
import type { Held, LogPlaces } from './edited-documents.ts'
import type { Choose } from './layer.ts'
import type { PageState } from './page-state.ts'
import type { OnPages, ReadAs } from './read-collection.ts'

/** A document as it is to be kept, or an edit of one. */
export type LogEntry = {
  readonly id: string
  readonly content: Content
  /** It exists on this device only, and so lies on two pages. */
  readonly local: boolean
  /** It says what is otherwise than in the document that lies here, and lies beside it. */
  readonly isEdit?: boolean
}

type Bytes = Uint8Array<ArrayBuffer>

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
 * of what the documents say. The newest version of a document wins, whichever page it lies in. What is changed here of a
 * document that others have too lies beside it, as an edit of it, until a newer version comes. Invariant: a document
 * leaves the log only in a commit after which no page holds any replaced version, so that no older version of it can
 * come back.
 */
export class LogCollection {
  readonly #writer: CommitWriter
  readonly #schemaVersion: number
  readonly #documents: EditedDocuments
  /** What is still to be seen of the documents that are on their way to the disk. */
  readonly #shown = new Map<string, Held>()
  readonly #onClosed: () => void
  #changes: ChangeOrder | null = null
  #compaction: Promise<void> | null = null
  #closed = false

  /** Reads the collection's pages. */
  static async open(
    parts: LogParts,
    places: LogPlaces,
    readAs: ReadAs,
    listener: LogListener,
  ): Promise<LogCollection> {
    const documents = await EditedDocuments.read(parts, places, readAs, listener.onPages)
    for (const { first, second } of [places.documents, places.edits]) {
      for (const { name } of [first, second]) {
        parts.damage.settleLosses(name, (id) => documents.orderOf(id))
      }
    }
    const { schemaVersion } = places.documents.first
    const collection = new LogCollection(parts.writer, schemaVersion, documents, listener.onClosed)
    await collection.#mend()
    return collection
  }

  private constructor(
    writer: CommitWriter,
    schemaVersion: number,
    documents: EditedDocuments,
    onClosed: () => void,
  ) {
    this.#writer = writer
    this.#schemaVersion = schemaVersion
    this.#documents = documents
    this.#onClosed = onClosed
  }

  get size(): number {
    return this.#documents.size
  }

  /** Those that are on their way to the disk for the first time included. */
  ids(): IterableIterator<string> {
    return this.#documents.ids()
  }

  /** The document's newest state on the disk, but for its edit; a view of memory that the log may empty later. */
  content(id: string): Bytes | undefined {
    return contentOf(this.held(id).document)
  }

  /** The document's newest state on the disk, and what was changed of it here. */
  held(id: string): Held {
    return this.#shown.get(id) ?? this.#documents.held(id)
  }

  /** When the document was last written or edited; 0 where there is none. */
  orderOf(id: string): number {
    return orderOf(this.held(id)) ?? 0
  }

  /** Edits of versions that are not here any more: they stay where they are until they are forgotten. */
  stranded(): ReadonlyMap<string, Bytes> {
    return this.#documents.stranded()
  }

  isStranded(id: string): boolean {
    return this.#documents.isStranded(id)
  }

  /** They are safe elsewhere. */
  forgetStranded(): Promise<void> {
    return this.#writer.write({
      durability: 'strict',
      prepare: (draft) => this.#documents.forgetStranded(draft),
      committed: () => undefined,
    })
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
        entries = documents.map((document) => {
          const held = this.#documents.held(document.id)
          this.#shown.set(document.id, held)
          return entryOf(document, held, draft.nextOrder())
        })
        this.#documents.place(draft, entries)
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

  /** Writes again every page with a replaced version of these documents. Strict, also where there is none. */
  purge(ids: ReadonlySet<string>): Promise<void> {
    return this.#rewrite('strict', (pages) => pages.filter((page) => holdsDead(page) && holdsAny(page, ids)))
  }

  /** Writes these pages again, whatever they hold. */
  rewrite(keys: readonly PageKey[]): Promise<void> {
    return this.#rewrite('strict', (pages) => pages.filter(({ key }) => keys.includes(key)))
  }

  /** How many pages an older version of Rounds wrote. */
  outdatedPages(): number {
    return this.#documents.pages().filter((page) => this.#isOutdated(page)).length
  }

  /** How many pages lie under an older key than that of the epoch, or hold documents of an older version. */
  pagesBefore(epoch: number): number {
    return this.#documents.allPages().filter((page) => this.#isOld(page, epoch)).length
  }

  /** Writes some of the pages again that `pagesBefore` counts. Loses nothing in a power cut but the work done. */
  reseal(epoch: number, most: number): Promise<void> {
    const choose: Choose = (pages) => pages.filter((page) => this.#isOld(page, epoch)).slice(0, most)
    return this.#rewrite('relaxed', choose)
  }

  drop(): Promise<void> {
    return this.#writer.write({
      durability: 'strict',
      prepare: (draft) => this.#documents.drop(draft),
      committed: () => undefined,
    })
  }

  counts(): { readonly live: number; readonly dead: number } {
    const dead = this.#documents.pages().reduce((sum, page) => sum + page.body.ids.length - page.live, 0)
    return { live: this.#documents.size, dead }
  }

  /** Ends background compaction; then overwrites the documents in memory and lets go of them. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#compaction
    this.#documents.forget()
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
      prepare: (draft) => this.#documents.rewrite(draft, choose, forget),
      committed: done,
    })
  }

  /** None once it is closed: what they hold need not be in memory any more. */
  #isOld(page: PageState, epoch: number): boolean {
    return !this.#closed && (page.epoch < epoch || this.#isOutdated(page))
  }

  #isOutdated({ schemaVersion }: PageState): boolean {
    return schemaVersion < this.#schemaVersion
  }

  /** Whoever asks for changes first makes their order: at unlock there are better things to do. */
  #changesRead(): ChangeOrder {
    const changes = changeOrder((id) => this.#documents.orderOf(id))
    const visible = [...this.ids()].filter((id) => !this.#shown.has(id))
    const written = visible.map((id) => [id, this.#documents.orderOf(id) ?? 0] as const)
    for (const [id, order] of written.toSorted(([, a], [, b]) => a - b)) changes.add(id, order)
    return changes
  }

  /** What was found otherwise on the disk than it has to be is written again, before anybody looks. */
  async #mend(): Promise<void> {
    const prepare = this.#documents.mending()
    if (prepare === null) return
    // A failure is told by the writer, which stops.
    await this.#writer.write({ durability: 'strict', prepare, committed: () => undefined }).catch(() => null)
  }

  #compactInBackground(): void {
    if (this.#closed || this.#compaction !== null) return
    if (!this.#documents.isWorthCompacting()) return
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

function entryOf({ id, content, local, isEdit }: LogEntry, held: Held, order: number): PageEntry {
  if (isEdit !== true) return { id, content, local, order }
  const over = held.document?.order
  if (over === undefined) throw new Error('an edit of nothing')
  return { id, content, local, order, over }
}

function holdsDead(page: PageState): boolean {
  return page.live < page.body.ids.length
}

function holdsAny(page: PageState, ids: ReadonlySet<string>): boolean {
  return ids.size > 0 && page.body.ids.some((id) => ids.has(id))
}
