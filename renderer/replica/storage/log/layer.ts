import type { CollectionState } from './catalogue.ts'
import type { PageEntry } from '../cipher/page-body.ts'
import type { CommitDraft } from './commit-writer.ts'
import { chooseForCompaction } from './compaction.ts'
import type { LogParts } from './log-collection.ts'
import { localIn, overwrite, packedPages } from './page-state.ts'
import type { PageState, Version } from './page-state.ts'
import { PlacedPages } from './placed-pages.ts'
import { readCollection } from './read-collection.ts'
import type { OnPages, ReadAs } from './read-collection.ts'
import { rescue, SecondCopies } from './second-copies.ts'

/** Where the pages of a layer lie, and the second copies of what exists here only. */
export type LayerPlaces = { readonly first: CollectionState; readonly second: CollectionState }

/** Which of these pages are to be written again. */
export type Choose = (pages: readonly PageState[]) => readonly PageState[]

/** A collection's documents, or its edits: their pages, and the second copies of what of them exists here only. */
export class Layer {
  readonly #placed: PlacedPages
  readonly #second: SecondCopies
  /** Read from their second page only. */
  readonly #rescued: readonly PageEntry[]

  static async read(
    parts: LogParts,
    { first, second }: LayerPlaces,
    readAs: ReadAs,
    onPages: OnPages,
  ): Promise<Layer> {
    const read = await readCollection(parts, first, readAs, onPages)
    const twice = await readCollection(parts, second, readAs, onPages).catch((failure: unknown) => {
      overwrite(read.pages.values())
      throw failure
    })
    const rescued = rescue(read, twice)
    const copies = new SecondCopies(new PlacedPages(second, twice))
    return new Layer(new PlacedPages(first, read), copies, rescued)
  }

  private constructor(placed: PlacedPages, second: SecondCopies, rescued: readonly PageEntry[]) {
    this.#placed = placed
    this.#second = second
    this.#rescued = rescued
  }

  /** The newest of each document. */
  get versions(): ReadonlyMap<string, Version> {
    return this.#placed.versions
  }

  /** Without the second copies. */
  pages(): readonly PageState[] {
    return this.#placed.all()
  }

  allPages(): readonly PageState[] {
    return [...this.#placed.all(), ...this.#second.pages()]
  }

  /** What a page still bears, though it is over, stands for nothing; nor do copies of what is otherwise by now. */
  settle(isOver: (id: string, version: Version) => boolean): void {
    this.#placed.settle(isOver)
    this.#second.settle((id, order) => this.#placed.versions.get(id)?.order === order)
  }

  place(draft: CommitDraft, entries: readonly PageEntry[]): void {
    const bodies = packedPages(entries)
    this.#placed.place(draft, bodies)
    this.#second.follow(draft, entries, bodies)
  }

  giveUp(draft: CommitDraft, id: string): void {
    if (!this.#placed.versions.has(id)) return
    this.#placed.giveUp(draft, id)
    this.#second.giveUp(draft, id)
  }

  /** Takes pages out and puts their living entries into new ones. They keep their orders. */
  rewrite(draft: CommitDraft, choose: Choose, forget: ReadonlySet<string>): void {
    this.#second.rewrite(draft, choose(this.#second.pages()), forget)
    this.#placed.rewrite(draft, choose(this.#placed.all()), forget)
  }

  isWorthCompacting(): boolean {
    return [this.#placed.all(), this.#second.pages()].some((pages) => chooseForCompaction(pages).length > 0)
  }

  drop(draft: CommitDraft): void {
    this.#placed.drop(draft)
    this.#second.drop(draft)
  }

  /** Whether something lies on one page only, though it has to lie on two. */
  isWeak(): boolean {
    return this.#rescued.length > 0 || this.#alone().length > 0
  }

  mend(draft: CommitDraft): void {
    const rescued = this.#rescued.filter((entry) => this.#isCurrent(entry))
    const alone = this.#alone()
    this.#placed.place(draft, packedPages(rescued))
    this.#second.follow(draft, [...rescued, ...alone])
  }

  /** Overwrites what memory holds, and lets go of it. */
  forget(): void {
    overwrite(this.allPages())
    this.#placed.forget()
    this.#second.forget()
  }

  #alone(): PageEntry[] {
    return this.#placed
      .all()
      .flatMap((page) => localIn(page).filter((entry) => this.#isCurrent(entry) && this.#second.lacks(entry)))
  }

  #isCurrent({ id, order }: PageEntry): boolean {
    return this.#placed.versions.get(id)?.order === order
  }
}
