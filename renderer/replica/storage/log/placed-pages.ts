import type { PageBody, PageEntry } from '../cipher/page-body.ts'
import type { PageKey } from '../page-store/page-store.ts'
import type { CollectionState } from './catalogue.ts'
import type { CommitDraft } from './commit-writer.ts'
import { entriesOf, packedPages } from './page-state.ts'
import type { PageState, Version } from './page-state.ts'
import type { CollectionRead } from './read-collection.ts'

/** The pages of one collection, and where in them the newest version of each document lies, in step with the commits. */
export class PlacedPages {
  readonly versions: Map<string, Version>
  readonly #state: CollectionState
  readonly #pages: Map<PageKey, PageState>

  constructor(state: CollectionState, { pages, versions }: CollectionRead) {
    this.#state = state
    this.#pages = pages
    this.versions = versions
  }

  all(): PageState[] {
    return [...this.#pages.values()]
  }

  /** Puts pages into the commit. What they replace dies; a page with nothing left goes with it. */
  place(draft: CommitDraft, bodies: readonly PageBody[]): void {
    for (const body of bodies) {
      const { epoch } = draft
      const { schemaVersion } = this.#state
      const key = draft.addPage(this.#state, body)
      const page: PageState = { key, epoch, schemaVersion, body, live: body.ids.length }
      this.#pages.set(key, page)
      body.ids.forEach((id, at) => {
        this.#bury(draft, id)
        this.versions.set(id, { order: body.orders[at] ?? 0, page, at })
      })
    }
  }

  /** Versions that are over, though a page still bears them, stand for nothing. */
  settle(isOver: (id: string, version: Version) => boolean): void {
    for (const [id, version] of this.versions) {
      if (!isOver(id, version)) continue
      version.page.live -= 1
      this.versions.delete(id)
    }
  }

  /** The document has no version here any more. */
  giveUp(draft: CommitDraft, id: string): void {
    this.#bury(draft, id)
    this.versions.delete(id)
  }

  /** Writes what lives in these pages into new ones, without what is to be forgotten. They keep their orders. */
  rewrite(draft: CommitDraft, chosen: readonly PageState[], forget: ReadonlySet<string>): void {
    const living = chosen.flatMap((page) => this.#livingIn(page))
    for (const id of forget) this.versions.delete(id)
    for (const page of chosen) this.#remove(draft, page)
    this.place(draft, packedPages(living.filter(({ id }) => !forget.has(id))))
  }

  drop(draft: CommitDraft): void {
    for (const key of this.#state.pages) draft.removePage(this.#state, key)
    this.forget()
  }

  /** Lets go of everything in memory. */
  forget(): void {
    this.#pages.clear()
    this.versions.clear()
  }

  #bury(draft: CommitDraft, id: string): void {
    const page = this.versions.get(id)?.page
    if (page === undefined || !this.#pages.has(page.key)) return
    page.live -= 1
    if (page.live === 0) this.#remove(draft, page)
  }

  #livingIn(page: PageState): PageEntry[] {
    return entriesOf(page).filter(({ id, order }) => {
      const version = this.versions.get(id)
      return version?.page === page && version.order === order
    })
  }

  #remove(draft: CommitDraft, page: PageState): void {
    this.#pages.delete(page.key)
    draft.removePage(this.#state, page.key)
  }
}
