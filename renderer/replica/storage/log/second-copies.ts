import type { PageBody, PageEntry } from '../cipher/page-body.ts'
import type { CommitDraft } from './commit-writer.ts'
import { entriesOf, packedPages } from './page-state.ts'
import type { PageState } from './page-state.ts'
import type { PlacedPages } from './placed-pages.ts'
import type { CollectionRead } from './read-collection.ts'

// What exists on this device only (an edit without a receipt, whose device this is) lies on two pages, sealed apart: one
// of them may be damaged. The second is written by the commit that writes the first, and given up by the commit that
// puts something in its place which the server has.

/** The second copies of one collection's documents. */
export class SecondCopies {
  readonly #placed: PlacedPages

  constructor(placed: PlacedPages) {
    this.#placed = placed
  }

  pages(): readonly PageState[] {
    return this.#placed.all()
  }

  /** Copies of what the collection holds otherwise by now, which a page still bears, stand for nothing. */
  settle(isCurrent: (id: string, order: number) => boolean): void {
    this.#placed.settle((id, { order }) => !isCurrent(id, order))
  }

  giveUp(draft: CommitDraft, id: string): void {
    this.#placed.giveUp(draft, id)
  }

  /** Whether this version, which has to lie here, does not. */
  lacks({ id, order, local }: PageEntry): boolean {
    return local && this.#placed.versions.get(id)?.order !== order
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
    for (const { id } of entries) this.#placed.giveUp(draft, id)
    const local = entries.filter((entry) => entry.local)
    this.#placed.place(draft, local.length === entries.length ? bodies : packedPages(local))
  }

  /** Writes these pages again, without what is dead in them or to be forgotten. */
  rewrite(draft: CommitDraft, chosen: readonly PageState[], forget: ReadonlySet<string>): void {
    this.#placed.rewrite(draft, chosen, forget)
  }

  drop(draft: CommitDraft): void {
    this.#placed.drop(draft)
  }

  /** Lets go of everything in memory. */
  forget(): void {
    this.#placed.forget()
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
