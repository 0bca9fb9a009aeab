import { Subscription } from 'rxjs'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { SearchHit } from '../contract.ts'
import { viewOf } from '../database/stored-document.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import type { Table } from '../database/table.ts'
import { entryOf, matchOf } from './entry.ts'
import type { Entry, Match } from './entry.ts'
import { readQuery } from './query.ts'

const LIMIT = 50

/** The words of all records in memory, scanned for each query. Follows the tables; holds plain words of patients. */
export class SearchIndex {
  readonly #entries = new Map<Id, Entry>()
  readonly #subscriptions = new Subscription()

  follow(collection: CollectionName, table: Table): void {
    for (const document of table.documents()) this.#take(collection, document.id, document)
    this.#subscriptions.add(
      table.changes$.subscribe((changes) => {
        for (const { id, now } of changes) this.#take(collection, id, now)
      }),
    )
  }

  search(text: string, options: { modules?: readonly ModuleName[]; limit?: number } = {}): SearchHit[] {
    const query = readQuery(text)
    if (query.words.length === 0) return []
    const wanted = options.modules === undefined ? null : new Set<string>(options.modules)
    const matches: Match[] = []
    for (const entry of this.#entries.values()) {
      if (wanted !== null && !wanted.has(entry.module)) continue
      const match = matchOf(entry, query)
      if (match !== null) matches.push(match)
    }
    return matches
      .toSorted(bestFirst)
      .slice(0, options.limit ?? LIMIT)
      .map(({ entry: { module, id, title }, matched }) => ({ module, id, title, matched }))
  }

  /** Forgets every word. */
  close(): void {
    this.#subscriptions.unsubscribe()
    this.#entries.clear()
  }

  #take(collection: CollectionName, id: Id, document: StoredDocument | undefined): void {
    const module = document === undefined ? undefined : moduleOfKind(collection, document.kind)
    if (document === undefined || module === undefined || document.removedAt !== null)
      this.#entries.delete(id)
    else this.#entries.set(id, entryOf(module, viewOf(document)))
  }
}

function bestFirst(a: Match, b: Match): number {
  if (a.rank !== b.rank) return a.rank - b.rank
  if (a.entry.plainTitle !== b.entry.plainTitle) return a.entry.plainTitle < b.entry.plainTitle ? -1 : 1
  return a.entry.id < b.entry.id ? -1 : 1
}
