import { packHead, sayCollection } from '../cipher/head-format.ts'
import type { CollectionSaid, Head } from '../cipher/head-format.ts'
import type { PageKey } from '../page-store/page-store.ts'

/** One collection of the log, as the head knows it. */
export type CollectionState = {
  readonly number: number
  readonly name: string
  /** Of the documents that are written from now on; a page says of itself which version it holds. */
  schemaVersion: number
  /** Every page that belongs to the current state, whether it was read yet or not. */
  readonly pages: Set<PageKey>
  /** As the last head said it, until something of it is another: most commits touch few of many pages. */
  said?: CollectionSaid | undefined
}

/** What the head says, kept up to date in memory. Changed by the commit writer only, while it forms a commit. */
export type Catalogue = {
  commit: number
  /** The last order given: numbers every write of every collection, and never goes back. */
  order: number
  /** How often the key of an epoch has sealed; starts anew with the next epoch. */
  seals: Head['seals']
  readonly collections: Map<string, CollectionState>
}

export function emptyCatalogue(): Catalogue {
  return { commit: 0, order: 0, seals: { epoch: 0, count: 0 }, collections: new Map() }
}

export function catalogueOf(head: Head): Catalogue {
  const collections = head.collections.map(({ pages, ...collection }) => ({
    ...collection,
    pages: new Set(pages),
  }))
  return {
    commit: head.commit,
    order: head.order,
    seals: head.seals,
    collections: new Map(collections.map((collection) => [collection.name, collection])),
  }
}

/** The head of the catalogue as it is, packed: what `catalogueOf` is made of when the replica is opened again. */
export function headOf({ collections, ...numbers }: Catalogue): Uint8Array<ArrayBuffer> {
  return packHead(numbers, [...collections.values()].filter(({ pages }) => pages.size > 0).map(saidOf))
}

function saidOf(collection: CollectionState): CollectionSaid {
  const { number, name, schemaVersion, pages } = collection
  collection.said ??= sayCollection({ number, name, schemaVersion, pages: [...pages] })
  return collection.said
}

/** The collection of that name; a new one gets a number that no page on the disk bears. */
export function collectionIn(catalogue: Catalogue, name: string, schemaVersion: number): CollectionState {
  const known = catalogue.collections.get(name)
  if (known !== undefined) return known
  const number =
    1 + Math.max(0, ...[...catalogue.collections.values()].map((collection) => collection.number))
  return adoptCollection(catalogue, { number, name, schemaVersion })
}

/** The name under which the second copies of a collection's documents lie. */
export function secondOf(name: string): string {
  return `second:${name}`
}

/** The name under which the edits of a collection's documents lie. */
export function editsOf(name: string): string {
  return `edits:${name}`
}

export function adoptCollection(
  catalogue: Catalogue,
  identity: Omit<CollectionState, 'pages'>,
): CollectionState {
  const collection = { ...identity, pages: new Set<PageKey>() }
  catalogue.collections.set(collection.name, collection)
  return collection
}

/** A key that no page bears: 53 random bits, so that a page of the past can't pass for one of the present. */
export function newPageKey(): PageKey {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2))
  return (high & 0x1f_ffff) * 2 ** 32 + low
}
