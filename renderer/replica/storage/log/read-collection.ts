import type { PageCipher } from '../cipher/page-cipher.ts'
import { epochOf, schemaVersionOf } from '../cipher/page-format.ts'
import type { PageBody, StoredDocument } from '../cipher/page-format.ts'
import type { PageKey, PageStore } from '../page-store/page-store.ts'
import type { CollectionState } from './catalogue.ts'
import type { DamageLedger } from './damage.ts'
import type { PageState, Version } from './page-state.ts'

/** How many pages are read and opened side by side. */
const AT_ONCE = 16

export type CollectionRead<Document> = {
  readonly pages: Map<PageKey, PageState>
  readonly versions: Map<string, Version>
  readonly documents: Document[]
}

/** How many pages were read just now, and how many of them were of an older version. */
export type OnPages = (pages: number, migrated: number) => void

/** How documents of an older version become today's. */
export type ReadAs = { migrate<Document extends StoredDocument>(document: Document, from: number): Document }

/** Reads all pages of a collection and keeps the newest version of each document. Damage goes into the ledger. */
export async function readCollection<Document extends StoredDocument>(
  { pageStore, cipher, damage }: { pageStore: PageStore; cipher: PageCipher; damage: DamageLedger },
  { name, schemaVersion: today, pages: keys }: CollectionState,
  { migrate }: ReadAs,
  idOf: (document: Document) => string,
  onPages: OnPages,
): Promise<CollectionRead<Document>> {
  const pages = new Map<PageKey, PageState>()
  const versions = new Map<string, Version>()
  const newest = new Map<string, Document>()

  function take(key: PageKey, bytes: Uint8Array<ArrayBuffer>, body: PageBody): void {
    // The page was sealed by this replica for this collection, so its documents are of its type.
    const written = body.documents as readonly Document[]
    const schemaVersion = schemaVersionOf(bytes)
    const documents =
      schemaVersion < today ? written.map((document) => migrate(document, schemaVersion)) : written
    const ids = documents.map(idOf)
    const page: PageState = { key, epoch: epochOf(bytes) ?? 0, schemaVersion, ids, live: 0 }
    pages.set(key, page)
    documents.forEach((document, at) => {
      const id = idOf(document)
      const order = body.orders[at] ?? 0
      const held = versions.get(id)
      if (held !== undefined && held.order >= order) return
      if (held !== undefined) held.page.live -= 1
      page.live += 1
      versions.set(id, { order, page })
      newest.set(id, document)
    })
  }

  async function open(key: PageKey): Promise<void> {
    const bytes = (await pageStore.read([key])).get(key)
    const body = bytes ? await cipher.openBody(key, bytes) : null
    const label = bytes ? await cipher.openLabel(key, bytes) : null
    if (bytes && body !== null) take(key, bytes, body)
    if (body === null) damage.lostPage(name, { key, label })
    else if (label === null) damage.weakPage(name, key)
  }

  const remaining = [...keys]
  while (remaining.length > 0) {
    const chunk = remaining.splice(0, AT_ONCE)
    await Promise.all(chunk.map(open))
    const isOlder = (key: PageKey) => (pages.get(key)?.schemaVersion ?? today) < today
    onPages(chunk.length, chunk.filter(isOlder).length)
  }
  return { pages, versions, documents: [...newest.values()] }
}
