import type { PageBody, PageEntry } from '../cipher/page-body.ts'
import type { PageKey } from '../page-store/page-store.ts'
import type { CollectionState } from './catalogue.ts'
import type { CommitDraft } from './commit-writer.ts'
import { entriesOf, packedPages } from './page-state.ts'
import type { PageState, Version } from './page-state.ts'
import type { CollectionRead } from './read-collection.ts'

// What exists on this device only (an edit without a receipt, whose device this is) lies on two pages, sealed apart: one
// of them may be damaged. The second is written by the commit that writes the first, and given up by the commit that
// puts something in its place which the server has.

/** The second copies of one collection's documents. */
export class SecondCopies {
  readonly #state: CollectionState
  readonly #pages: Map<PageKey, PageState>
  readonly #copies: Map<string, Version>

  constructor(state: CollectionState, read: CollectionRead) {
    this.#state = state
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
  lacks({ id, order, local }: PageEntry): boolean {
    return local && this.#copies.get(id)?.order !== order
  }

  /**
   * Goes along with what is written: new copies for some of it, none any more for the rest. `bodies` are the pages that hold
   * the entries: where all need a copy, the same bytes are sealed a second time.
   */
  follow(
    draft: CommitDraft,
    entries: readonly PageEntry[],
    bodies: readonly PageBody[] = packedPages(entries),
  ): void {
    for (const { id } of entries) this.#giveUp(draft, id)
    const local = entries.filter((entry) => entry.local)
    this.#place(draft, local.length === entries.length ? bodies : packedPages(local))
  }

  /** Writes these pages again, without what is dead in them or to be forgotten. */
  rewrite(draft: CommitDraft, chosen: readonly PageState[], forget: ReadonlySet<string>): void {
    const living = chosen.flatMap((page) =>
      entriesOf(page).filter(({ id }) => this.#copies.get(id)?.page === page && !forget.has(id)),
    )
    for (const id of forget) this.#copies.delete(id)
    for (const page of chosen) this.#remove(draft, page)
    this.#place(draft, packedPages(living))
  }

  drop(draft: CommitDraft): void {
    for (const key of this.#state.pages) draft.removePage(this.#state, key)
    this.#pages.clear()
    this.#copies.clear()
  }

  #place(draft: CommitDraft, bodies: readonly PageBody[]): void {
    for (const body of bodies) {
      const { epoch } = draft
      const { schemaVersion } = this.#state
      const key = draft.addPage(this.#state, body)
      const page: PageState = { key, epoch, schemaVersion, body, live: body.ids.length }
      this.#pages.set(key, page)
      body.ids.forEach((id, at) => this.#copies.set(id, { order: body.orders[at] ?? 0, page, at }))
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

/**
 * Puts the versions that only a second page holds in their place among those read. Answers them; they are to be written
 * to a page of the collection again.
 */
export function rescue(read: CollectionRead, second: CollectionRead): PageEntry[] {
  const rescued: PageEntry[] = []
  for (const page of second.pages.values()) {
    for (const entry of entriesOf(page)) {
      const version = second.versions.get(entry.id)
      const held = read.versions.get(entry.id)
      if (version?.page !== page || version.order <= (held?.order ?? -1)) continue
      if (held !== undefined) held.page.live -= 1
      read.versions.set(entry.id, version)
      rescued.push(entry)
    }
  }
  return rescued
}
