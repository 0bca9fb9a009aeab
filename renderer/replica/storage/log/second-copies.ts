import type { PageEntry, StoredDocument } from '../cipher/page-format.ts'
import type { PageKey } from '../page-store/page-store.ts'
import type { CollectionState } from './catalogue.ts'
import type { CommitDraft } from './commit-writer.ts'
import { PAGE_ENTRIES } from './page-state.ts'
import type { PageState, Version } from './page-state.ts'

// What exists on this device only (an edit without a receipt, whose device this is) lies on two pages, sealed apart: one
// of them may be damaged. The second is written by the commit that writes the first, and given up by the commit that
// puts something in its place which the server has.

/** The second copies of one collection's documents. */
export class SecondCopies<Document extends StoredDocument> {
  readonly #state: CollectionState
  readonly #isTwice: (document: Document) => boolean
  readonly #pages: Map<PageKey, PageState>
  readonly #copies: Map<string, Version>

  constructor(
    state: CollectionState,
    isTwice: (document: Document) => boolean,
    read: { readonly pages: Map<PageKey, PageState>; readonly versions: Map<string, Version> },
  ) {
    this.#state = state
    this.#isTwice = isTwice
    this.#pages = read.pages
    this.#copies = read.versions
  }

  pages(): readonly PageState[] {
    return [...this.#pages.values()]
  }

  /** Copies of what the collection holds otherwise by now, which a page still bears, stand for nothing. */
  settle(isCurrent: (id: string, order: number) => boolean): void {
    for (const [id, { order, page }] of this.#copies) {
      if (isCurrent(id, order)) continue
      page.live -= 1
      this.#copies.delete(id)
    }
  }

  /** Whether this version, which has to lie here, does not. */
  lacks({ id, order, document }: PageEntry<Document>): boolean {
    return this.#isTwice(document) && this.#copies.get(id)?.order !== order
  }

  /** Goes along with what is written: new copies for some of it, none any more for the rest. */
  follow(draft: CommitDraft, entries: readonly PageEntry<Document>[]): void {
    for (const { id } of entries) this.#giveUp(draft, id)
    this.#place(
      draft,
      entries.filter(({ document }) => this.#isTwice(document)),
    )
  }

  /** Writes these pages again, without what is dead in them or to be forgotten. */
  rewrite(
    draft: CommitDraft,
    chosen: readonly PageState[],
    forget: ReadonlySet<string>,
    entryOf: (id: string) => PageEntry<Document>,
  ): void {
    const living = chosen.flatMap((page) => page.ids.filter((id) => this.#copies.get(id)?.page === page))
    for (const id of forget) this.#copies.delete(id)
    for (const page of chosen) this.#remove(draft, page)
    this.#place(draft, living.filter((id) => !forget.has(id)).map(entryOf))
  }

  drop(draft: CommitDraft): void {
    for (const key of this.#state.pages) draft.removePage(this.#state, key)
    this.#pages.clear()
    this.#copies.clear()
  }

  #place(draft: CommitDraft, entries: readonly PageEntry<Document>[]): void {
    for (let start = 0; start < entries.length; start += PAGE_ENTRIES) {
      const chunk = entries.slice(start, start + PAGE_ENTRIES)
      const ids = chunk.map(({ id }) => id)
      const { epoch } = draft
      const { schemaVersion } = this.#state
      const key = draft.addPage(this.#state, chunk)
      const page: PageState = { key, epoch, schemaVersion, ids, live: ids.length }
      this.#pages.set(key, page)
      for (const { id, order } of chunk) this.#copies.set(id, { order, page })
    }
  }

  #giveUp(draft: CommitDraft, id: string): void {
    const page = this.#copies.get(id)?.page
    this.#copies.delete(id)
    if (page === undefined || !this.#pages.has(page.key)) return
    page.live -= 1
    if (page.live === 0) this.#remove(draft, page)
  }

  #remove(draft: CommitDraft, page: PageState): void {
    this.#pages.delete(page.key)
    draft.removePage(this.#state, page.key)
  }
}

type Read<Document> = {
  readonly pages: Map<PageKey, PageState>
  readonly versions: Map<string, Version>
  readonly documents: Document[]
}

/**
 * Puts the versions that only a second page holds in their place among those read. Answers them; they are to be written
 * to a page of the collection again.
 */
export function rescue<Document extends StoredDocument>(
  read: Read<Document>,
  second: Read<Document>,
  idOf: (document: Document) => string,
): PageEntry<Document>[] {
  const rescued = second.documents.flatMap((document): PageEntry<Document>[] => {
    const id = idOf(document)
    const order = second.versions.get(id)?.order ?? 0
    return order > (read.versions.get(id)?.order ?? -1) ? [{ id, order, document }] : []
  })
  for (const { id, order, document } of rescued) {
    const held = read.versions.get(id)
    const page = second.versions.get(id)?.page
    if (page === undefined) continue
    if (held !== undefined) {
      held.page.live -= 1
      read.documents[read.documents.findIndex((other) => idOf(other) === id)] = document
    } else {
      read.documents.push(document)
    }
    read.versions.set(id, { order, page })
  }
  return rescued
}
