import { contentAt } from '../cipher/page-body.ts'
import type { PageEntry } from '../cipher/page-body.ts'
import type { CommitDraft } from './commit-writer.ts'
import { Layer } from './layer.ts'
import type { Choose, LayerPlaces } from './layer.ts'
import type { LogParts } from './log-collection.ts'
import type { PageState, Version } from './page-state.ts'
import { outdatedEdits } from './outdated-edits.ts'
import type { OnPages, ReadAs } from './read-collection.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** The newest version of a document, and what was changed of it here since. */
export type Held = { readonly document: Version | undefined; readonly edit: Version | undefined }

/** Where a collection's pages lie. */
export type LogPlaces = { readonly documents: LayerPlaces; readonly edits: LayerPlaces }

/**
 * The documents of one collection and, beside them, the edits of those that others have too: an edit says what is otherwise
 * than in the version that it was made on, and a newer version of the document ends it. Where that version is not here
 * any more (a damaged page held it) the edit is stranded: it says nothing of any document, and is kept until it is forgotten.
 */
export class EditedDocuments {
  readonly #documents: Layer
  readonly #edits: Layer
  readonly #stranded: Set<string>
  /** Edits of an older version, in their documents. */
  readonly #joined: readonly PageEntry[]

  static async read(
    parts: LogParts,
    places: LogPlaces,
    readAs: ReadAs,
    onPages: OnPages,
  ): Promise<EditedDocuments> {
    const outdated = outdatedEdits(readAs)
    const edits = await Layer.read(parts, places.edits, outdated.edits, onPages)
    try {
      const documents = await Layer.read(parts, places.documents, outdated.documents, onPages)
      return new EditedDocuments(documents, edits, outdated.joined())
    } catch (failure) {
      edits.forget()
      throw failure
    }
  }

  private constructor(documents: Layer, edits: Layer, joined: readonly PageEntry[]) {
    this.#documents = documents
    this.#edits = edits
    documents.settle(() => false)
    edits.settle((id, { order }) => (documents.versions.get(id)?.order ?? 0) >= order)
    this.#joined = joined.filter(({ id, order }) => edits.versions.get(id)?.order === order)
    const stranded = [...edits.versions].filter(
      ([id, edit]) => documents.versions.get(id)?.order !== madeOn(edit),
    )
    this.#stranded = new Set(stranded.map(([id]) => id))
  }

  get size(): number {
    return this.#documents.versions.size
  }

  ids(): IterableIterator<string> {
    return this.#documents.versions.keys()
  }

  held(id: string): Held {
    const document = this.#documents.versions.get(id)
    return { document, edit: this.#stranded.has(id) ? undefined : this.#edits.versions.get(id) }
  }

  orderOf(id: string): number | undefined {
    return orderOf(this.held(id))
  }

  place(draft: CommitDraft, entries: readonly PageEntry[]): void {
    const whole = entries.filter(({ over }) => over === undefined)
    this.#documents.place(draft, whole)
    this.#edits.place(
      draft,
      entries.filter(({ over }) => over !== undefined),
    )
    for (const { id } of whole) {
      if (this.#stranded.has(id)) this.#carryOn(draft, id)
      else this.#edits.giveUp(draft, id)
    }
  }

  stranded(): ReadonlyMap<string, Bytes> {
    const edits = [...this.#stranded].map((id) => [id, contentOf(this.#edits.versions.get(id))] as const)
    return new Map(edits.filter((edit): edit is [string, Bytes] => edit[1] !== undefined))
  }

  isStranded(id: string): boolean {
    return this.#stranded.has(id)
  }

  forgetStranded(draft: CommitDraft): void {
    for (const id of this.#stranded) this.#edits.giveUp(draft, id)
    this.#stranded.clear()
  }

  /** Takes pages out and puts their living entries into new ones, without what is to be forgotten. They keep their orders. */
  rewrite(draft: CommitDraft, choose: Choose, forget: ReadonlySet<string>): void {
    for (const id of forget) this.#stranded.delete(id)
    this.#documents.rewrite(draft, choose, forget)
    this.#edits.rewrite(draft, choose, forget)
  }

  isWorthCompacting(): boolean {
    return this.#documents.isWorthCompacting() || this.#edits.isWorthCompacting()
  }

  /**
   * What lies on one page only, though it has to lie on two, and edits that lie in their documents by now: what writes them
   * as they have to be, null where there is nothing.
   */
  mending(): ((draft: CommitDraft) => void) | null {
    const weak = [this.#documents, this.#edits].filter((layer) => layer.isWeak())
    if (weak.length === 0 && this.#joined.length === 0) return null
    return (draft) => {
      for (const layer of weak) layer.mend(draft)
      this.place(
        draft,
        this.#joined.filter(({ id, order }) => this.orderOf(id) === order),
      )
    }
  }

  drop(draft: CommitDraft): void {
    this.#documents.drop(draft)
    this.#edits.drop(draft)
    this.#stranded.clear()
  }

  /** Without the second copies. */
  pages(): readonly PageState[] {
    return [...this.#documents.pages(), ...this.#edits.pages()]
  }

  allPages(): readonly PageState[] {
    return [...this.#documents.allPages(), ...this.#edits.allPages()]
  }

  /** Overwrites what memory holds, and lets go of it. */
  forget(): void {
    this.#documents.forget()
    this.#edits.forget()
    this.#stranded.clear()
  }

  /** A stranded edit stays newer than what is written after it: nothing but its being forgotten ends it. */
  #carryOn(draft: CommitDraft, id: string): void {
    const version = this.#edits.versions.get(id)
    const content = contentOf(version)
    if (version === undefined || content === undefined) return
    this.#edits.place(draft, [
      { id, content, local: true, order: draft.nextOrder(), over: madeOn(version) ?? 0 },
    ])
  }
}

/** When it was last written or edited. */
export function orderOf({ document, edit }: Held): number | undefined {
  return (edit ?? document)?.order
}

/** The bytes of a version: a view of memory that the log may empty later. */
export function contentOf(version: Version | undefined): Bytes | undefined {
  return version && contentAt(version.page.body, version.at)
}

/** The order of the version that an edit was made on. */
function madeOn({ page, at }: Version): number | undefined {
  return page.body.over?.[at]
}
