import type { Id, Scope } from '#app/kernel/index.ts'
import type { DocumentRef, Receipt, Shadow, StagedWrite, StoredDocument } from '../contract.ts'
import type { Signal } from '../port.ts'
import { Bearers } from './bearers.ts'
import { ByDocument, latestByDocument } from './by-document.ts'

export type Staged<Type extends StagedWrite['type']> = Extract<StagedWrite, { type: Type }>

/** What lies in the database under a document that this transaction has loaded: null for nothing. */
export type Ground = { readonly seq: number; readonly scopes: readonly Scope[] } | null

/**
 * What a transaction has decided and not yet written. It answers loads of what was staged before, and forgets what a
 * failed savepoint staged.
 */
export class Staging {
  readonly #writes: StagedWrite[] = []
  /** Counters that move although no document does. */
  readonly signals = new Set<Signal>()
  readonly grounds = new ByDocument<Ground>()
  readonly bearers = new Bearers()
  /** Documents that were looked at and are not held. */
  readonly #seen = new ByDocument<StoredDocument | null>()
  readonly #states = new ByDocument<StoredDocument | null>()
  readonly #kept = new ByDocument<true>()
  readonly #undo: (() => void)[] = []

  loaded(ref: DocumentRef, document: StoredDocument | null): void {
    this.grounds.set(ref, document === null ? null : { seq: document.seq, scopes: document.scopes })
    this.#states.set(ref, document)
  }

  looked(ref: DocumentRef, document: StoredDocument | null): void {
    this.#seen.set(ref, document)
  }

  /** Whether it was looked at so that it stays; what is held stays anyway. */
  stays(ref: DocumentRef): boolean {
    return this.#kept.has(ref) || this.#states.has(ref)
  }

  kept(ref: DocumentRef): void {
    this.#kept.set(ref, true)
  }

  /** For who only looks. Undefined: not read yet. */
  glimpse(ref: DocumentRef): StoredDocument | null | undefined {
    const state = this.state(ref)
    return state === undefined ? this.#seen.get(ref) : state
  }

  /** Undefined: not loaded yet. */
  state(ref: DocumentRef): StoredDocument | null | undefined {
    return this.#states.get(ref)
  }

  stage(write: StagedWrite): void {
    const undo = this.#apply(write)
    this.#writes.push(write)
    this.#undo.push(undo)
  }

  /** The staged writes of one kind, in order. */
  of<Type extends StagedWrite['type']>(type: Type): readonly Staged<Type>[] {
    return this.#writes.filter((write): write is Staged<Type> => write.type === type)
  }

  /** What an earlier push of the same transaction left of a device's edits. */
  receipts(deviceId: Id, edits: readonly string[]): readonly Receipt[] {
    const asked = new Set(edits)
    const staged = this.of('receipt').filter((write) => write.deviceId === deviceId && asked.has(write.edit))
    return staged.map(({ type: _mark, ...receipt }) => receipt)
  }

  /** In order: the last one of a document counts. */
  shadows(deviceId: Id, refs: readonly DocumentRef[]): readonly Shadow[] {
    const own = this.of('shadow').filter((write) => write.deviceId === deviceId)
    if (own.length === 0) return []
    const asked = latestByDocument(refs)
    const staged = own.filter((write) => asked.has(write))
    return staged.map(({ type: _mark, storedAs: _body, ...shadow }) => shadow)
  }

  get length(): number {
    return this.#writes.length
  }

  backTo(length: number): void {
    while (this.#writes.length > length) {
      this.#writes.pop()
      this.#undo.pop()?.()
    }
  }

  #name(write: DocumentWrite): (() => void) | null {
    if (write.type !== 'document' || write.identifiers === undefined) return null
    return this.bearers.stage(write, write.body.doc.kind, write.identifiers)
  }

  #apply(write: StagedWrite): () => void {
    if (write.type !== 'document' && write.type !== 'conflict') return () => {}
    const before = this.#states.get(write)
    if (before === undefined) throw new Error(`${write.collection}: staged without being loaded`)
    this.#states.set(write, stateAfter(write, before))
    const unname = this.#name(write)
    return () => {
      this.#states.set(write, before)
      unname?.()
    }
  }
}

type DocumentWrite = Extract<StagedWrite, { type: 'document' | 'conflict' }>

function stateAfter(write: DocumentWrite, before: StoredDocument | null): StoredDocument {
  const { collection, id } = write
  if (write.type === 'document') {
    const conflicts = before?.conflicts ?? []
    return { collection, id, seq: 0, scopes: write.body.doc.scopes, body: write.body, conflicts }
  }
  if (before === null) throw new Error(`${collection}: a conflict of a document that does not exist`)
  const others = before.conflicts.filter((entry) => entry.id !== write.entry.id)
  const open = write.entry.state === 'open' ? [...others, write.entry] : others
  return { ...before, conflicts: open }
}
