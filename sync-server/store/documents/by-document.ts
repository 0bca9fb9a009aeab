import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { DocumentRef } from '../contract.ts'

/** What is known of documents. A push asks a great deal of it, so that no key is made of collection and id each time. */
export class ByDocument<Value> {
  readonly #collections = new Map<CollectionName, Map<Id, Value>>()

  get({ collection, id }: DocumentRef): Value | undefined {
    return this.#collections.get(collection)?.get(id)
  }

  has({ collection, id }: DocumentRef): boolean {
    return this.#collections.get(collection)?.has(id) === true
  }

  set({ collection, id }: DocumentRef, value: Value): void {
    const known = this.#collections.get(collection)
    if (known === undefined) this.#collections.set(collection, new Map([[id, value]]))
    else known.set(id, value)
  }

  /** In the order in which their documents came, collection by collection. */
  values(): readonly Value[] {
    return [...this.#collections.values()].flatMap((known) => [...known.values()])
  }
}

/** The last of those that are given of each document. */
export function latestByDocument<Given extends DocumentRef>(given: readonly Given[]): ByDocument<Given> {
  const latest = new ByDocument<Given>()
  for (const one of given) latest.set(one, one)
  return latest
}
