import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { DocumentRef, Identifier } from '../contract.ts'
import { ByDocument } from './by-document.ts'

/** Names an identifier in memory; the database knows its keyed hash only. */
export function bearerKey(
  collection: CollectionName,
  kind: string,
  { authority, type, value }: Identifier,
): string {
  return JSON.stringify([collection, kind, authority, type, value])
}

/**
 * Which documents bear an identifier within a transaction: what the database said of it, and what was staged since. A
 * document whose identifiers were staged bears those and no others.
 */
export class Bearers {
  readonly #read = new Map<string, readonly Id[]>()
  readonly #staged = new Map<string, Set<Id>>()
  /** Undefined once it was taken back. */
  readonly #own = new ByDocument<ReadonlySet<string> | undefined>()

  isRead(key: string): boolean {
    return this.#read.has(key)
  }

  read(key: string, ids: readonly Id[]): void {
    this.#read.set(key, ids)
  }

  /** Answers how to take it back. */
  stage(ref: DocumentRef, kind: string, identifiers: readonly Identifier[]): () => void {
    const before = this.#own.get(ref)
    const own = new Set(identifiers.map((identifier) => bearerKey(ref.collection, kind, identifier)))
    this.#own.set(ref, own)
    for (const key of own) {
      const ids = this.#staged.get(key) ?? new Set()
      this.#staged.set(key, ids.add(ref.id))
    }
    return () => this.#own.set(ref, before)
  }

  of(collection: CollectionName, key: string): readonly Id[] {
    const read = this.#read.get(key) ?? []
    const staged = this.#staged.get(key) ?? []
    const bears = (id: Id): boolean => this.#own.get({ collection, id })?.has(key) ?? read.includes(id)
    return [...new Set([...read, ...staged])].filter(bears).toSorted()
  }
}
