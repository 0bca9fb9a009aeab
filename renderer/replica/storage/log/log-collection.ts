import type { PageCipher } from '../cipher/page-cipher.ts'
import type { PageEntry, StoredDocument } from '../cipher/page-format.ts'
import type { Durability, PageKey, PageStore } from '../page-store/page-store.ts'
import type { CollectionState } from './catalogue.ts'
import { changeOrder } from './change-order.ts'
import type { ChangeOrder } from './change-order.ts'
import type { Change, CommitDraft, CommitWriter } from './commit-writer.ts'
import type { DamageLedger } from './damage.ts'
import { chooseForCompaction } from './compaction.ts'
import { readCollection } from './read-collection.ts'

/** The most documents that a page holds. */
export const PAGE_ENTRIES = 256

/** A page that was read or written here. `live`: how many of its entries no newer version has replaced. */
export type PageState = { readonly key: PageKey; readonly ids: readonly string[]; live: number }
/** Where the current version of a document lies. */
export type Version = { readonly order: number; readonly page: PageState }

/** Who holds the documents that can be seen: the log itself keeps only where they lie. */
export type LogSource<Document extends StoredDocument> = {
  idOf(document: Document): string
  get(id: string): Document | undefined
}

export type LogCounts = { readonly live: number; readonly dead: number }

/**
 * One collection of the append-only log. The newest version of a document wins, whichever page it lies in. Invariant:
 * a document leaves the log only in a commit after which no page holds any replaced version, so that no older version
 * of it can come back.
 */
export type LogCollection<Document extends StoredDocument> = {
  readonly name: string
  /** `visible` runs once the documents are on the disk. At most one version of a document at a time. */
  append(
    documents: readonly Document[],
    durability: Durability,
    visible: (order: number) => void,
  ): Promise<void>
  changedSince(order: number, limit: number): { readonly ids: string[]; readonly order: number }
  /** Writes again every page with replaced entries, and leaves these documents out. */
  compact(forget: ReadonlySet<string>, forgotten: () => void): Promise<void>
  /** Writes these pages again, whatever they hold. */
  rewrite(keys: readonly PageKey[]): Promise<void>
  drop(): Promise<void>
  counts(): LogCounts
  /** Ends background compaction: after it the source need not hold the documents any more. */
  close(): Promise<void>
}

export type LogParts = {
  readonly pageStore: PageStore
  readonly cipher: PageCipher
  readonly writer: CommitWriter
  readonly damage: DamageLedger
}

/** Reads the collection's pages; answers the current version of each document. `onPages` hears of pages read. */
export async function openLogCollection<Document extends StoredDocument>(
  parts: LogParts,
  state: CollectionState,
  source: LogSource<Document>,
  onPages: (pages: number) => void,
): Promise<{ collection: LogCollection<Document>; documents: Document[] }> {
  const { pages, versions, documents } = await readCollection(parts, state, source.idOf, onPages)
  const changes = changeOrder((id) => versions.get(id)?.order)
  const sorted = [...versions].toSorted(([, a], [, b]) => a.order - b.order)
  for (const [id, version] of sorted) changes.add(id, version.order)
  const collection = logCollection({ parts, state, source, pages, versions, changes })
  return { collection, documents }
}

function logCollection<Document extends StoredDocument>(options: {
  readonly parts: LogParts
  readonly state: CollectionState
  readonly source: LogSource<Document>
  readonly pages: Map<PageKey, PageState>
  readonly versions: Map<string, Version>
  readonly changes: ChangeOrder
}): LogCollection<Document> {
  const { state, source, pages, versions, changes } = options
  const { writer } = options.parts
  let compaction: Promise<void> | null = null
  let closed = false

  /** Puts entries into pages of the commit. What they replace dies; a page with nothing left goes with it. */
  function place(draft: CommitDraft, entries: readonly PageEntry[]): void {
    for (let start = 0; start < entries.length; start += PAGE_ENTRIES) {
      const chunk = entries.slice(start, start + PAGE_ENTRIES)
      const ids = chunk.map(({ id }) => id)
      const page: PageState = { key: draft.addPage(state, chunk), ids, live: ids.length }
      pages.set(page.key, page)
      for (const { id, order } of chunk) {
        bury(draft, id)
        versions.set(id, { order, page })
      }
    }
  }

  function bury(draft: CommitDraft, id: string): void {
    const page = versions.get(id)?.page
    if (page === undefined || !pages.has(page.key)) return
    page.live -= 1
    if (page.live === 0) removePage(draft, page)
  }

  function removePage(draft: CommitDraft, page: PageState): void {
    pages.delete(page.key)
    draft.removePage(state, page.key)
  }

  function appending(
    documents: readonly Document[],
    visible: (order: number) => void,
  ): Omit<Change, 'durability'> {
    let entries: PageEntry<Document>[] = []
    return {
      prepare(draft) {
        entries = documents.map((document) => ({
          id: source.idOf(document),
          order: draft.nextOrder(),
          document,
        }))
        place(draft, entries)
      },
      committed() {
        for (const { id, order } of entries) changes.add(id, order)
        visible(entries.at(-1)?.order ?? 0)
        compactInBackground()
      },
    }
  }

  /** Takes pages out of the commit's state and puts their living entries into new ones. */
  function rewriting(
    choose: () => readonly PageState[],
    forget: ReadonlySet<string>,
    done: () => void,
  ): Omit<Change, 'durability'> {
    return {
      prepare(draft) {
        const kept: PageEntry[] = []
        for (const page of choose()) {
          for (const id of page.ids) {
            const version = versions.get(id)
            if (version?.page !== page) continue
            if (forget.has(id)) versions.delete(id)
            else kept.push({ id, order: version.order, document: visibleDocument(id) })
          }
          removePage(draft, page)
        }
        place(draft, kept)
      },
      alone: true,
      committed: done,
    }
  }

  function visibleDocument(id: string): Document {
    const document = source.get(id)
    if (document === undefined) throw new Error('the log names a document that is not held')
    return document
  }

  function compactInBackground(): void {
    if (closed || compaction !== null || chooseForCompaction(pages.values()).length === 0) return
    const choose = () => (closed ? [] : chooseForCompaction(pages.values()))
    // A failure is told by the writer, which stops; the log on the disk stays as it was.
    compaction = writer
      .write({ ...rewriting(choose, new Set(), () => undefined), durability: 'relaxed' })
      .catch(() => undefined)
      .finally(() => (compaction = null))
  }

  return {
    name: state.name,
    append: (documents, durability, visible) =>
      writer.write({ ...appending(documents, visible), durability }),
    changedSince: (order, limit) => changes.since(order, limit),
    compact(forget, forgotten) {
      const choose = () => [...pages.values()].filter((page) => holdsDead(page) || holdsAny(page, forget))
      return writer.write({ ...rewriting(choose, forget, forgotten), durability: 'strict' })
    },
    rewrite(keys) {
      const choose = () => [...pages.values()].filter((page) => keys.includes(page.key))
      return writer.write({ ...rewriting(choose, new Set(), () => undefined), durability: 'strict' })
    },
    drop: () =>
      writer.write({
        durability: 'strict',
        prepare(draft) {
          for (const key of state.pages) draft.removePage(state, key)
          pages.clear()
          versions.clear()
        },
        committed: () => undefined,
      }),
    counts: () => ({
      live: versions.size,
      dead: [...pages.values()].reduce((dead, page) => dead + page.ids.length - page.live, 0),
    }),
    async close() {
      closed = true
      await compaction
    },
  }
}

function holdsDead(page: PageState): boolean {
  return page.live < page.ids.length
}

function holdsAny(page: PageState, ids: ReadonlySet<string>): boolean {
  return ids.size > 0 && page.ids.some((id) => ids.has(id))
}
