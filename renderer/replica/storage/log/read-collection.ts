import { contentAt, packBody } from '../cipher/page-body.ts'
import type { JsonBody, PageBody, PageEntry } from '../cipher/page-body.ts'
import type { PageCipher } from '../cipher/page-cipher.ts'
import { epochOf, schemaVersionOf } from '../cipher/page-format.ts'
import type { PageKey, PageStore } from '../page-store/page-store.ts'
import type { CollectionState } from './catalogue.ts'
import type { DamageLedger } from './damage.ts'
import { overwrite } from './page-state.ts'
import type { PageState, Version } from './page-state.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** How many pages are read and opened side by side. */
const AT_ONCE = 16

export type CollectionRead = {
  readonly pages: Map<PageKey, PageState>
  readonly versions: Map<string, Version>
}

/** How the owner of a collection writes its documents down. */
export type DocumentCodec = {
  idOf(document: object): string
  encode(document: object): string
  decode(content: Bytes): object
  /** Whether a version exists on this device only. */
  isLocal(document: object): boolean
}

/** How many pages were read just now, and how many of them were of an older version. What it throws ends the reading. */
export type OnPages = (pages: number, migrated: number) => void

/** How what older versions of Rounds wrote becomes today's. */
export type ReadAs = DocumentCodec & {
  migrate<Document extends object>(document: Document, from: number, place: Place): Document
}

/** Of what a version is one, and which. */
type Place = Pick<PageEntry, 'id' | 'order' | 'over'>

/** Reads all pages of a collection and finds the newest version of each document. Damage goes into the ledger. */
export async function readCollection(
  { pageStore, cipher, damage }: { pageStore: PageStore; cipher: PageCipher; damage: DamageLedger },
  { name, schemaVersion: today, pages: keys }: CollectionState,
  readAs: ReadAs,
  onPages: OnPages,
): Promise<CollectionRead> {
  const pages = new Map<PageKey, PageState>()
  const versions = new Map<string, Version>()

  function take(key: PageKey, bytes: Bytes, written: PageBody | JsonBody): void {
    const schemaVersion = schemaVersionOf(bytes)
    const body = asOfToday(written, schemaVersion < today ? schemaVersion : null, readAs)
    const page: PageState = { key, epoch: epochOf(bytes) ?? 0, schemaVersion, body, live: 0 }
    pages.set(key, page)
    placeNewest(versions, page)
  }

  async function open(key: PageKey, bytes: Bytes | undefined): Promise<void> {
    const [body, label] =
      bytes === undefined
        ? [null, null]
        : await Promise.all([cipher.openBody(key, bytes), cipher.openLabel(key, bytes)])
    if (bytes && body !== null) take(key, bytes, body)
    if (body === null)
      damage.lostPage(name, { key, kind: bytes === undefined ? 'missing' : 'changed', label })
    else if (label === null) damage.weakPage(name, key)
  }

  const remaining = [...keys]
  const isOlder = (key: PageKey) => (pages.get(key)?.schemaVersion ?? today) < today
  try {
    while (remaining.length > 0) {
      const chunk = remaining.splice(0, AT_ONCE)
      const found = await pageStore.read(chunk)
      await Promise.all(chunk.map((key) => open(key, found.get(key))))
      onPages(chunk.length, chunk.filter(isOlder).length)
    }
  } catch (failure) {
    overwrite(pages.values())
    throw failure
  }
  return { pages, versions }
}

/** Of two versions of a document the one that was written later lives, whichever page is read first. */
function placeNewest(versions: Map<string, Version>, page: PageState): void {
  const { ids, orders } = page.body
  ids.forEach((id, at) => {
    const order = orders[at] ?? 0
    const held = versions.get(id)
    if (held !== undefined && held.order >= order) return
    if (held !== undefined) held.page.live -= 1
    page.live += 1
    versions.set(id, { order, page, at })
  })
}

/** `from`: the version of the documents where it is an older one, else null. */
function asOfToday(body: PageBody | JsonBody, from: number | null, readAs: ReadAs): PageBody {
  if (!('documents' in body) && from === null) return body
  const documents = 'documents' in body ? body.documents : documentsOf(body, readAs)
  return packBody(
    documents.map((document, at) => {
      const place = placeOf(body, at, () => readAs.idOf(document))
      const now = from === null ? document : readAs.migrate(document, from, place)
      return { ...place, content: readAs.encode(now), local: readAs.isLocal(now) }
    }),
  )
}

function placeOf(body: PageBody | JsonBody, at: number, idOf: () => string): Place {
  const order = body.orders[at] ?? 0
  // An edit does not say whose it is; pages that do not name their documents hold no edits.
  return 'ids' in body ? { id: body.ids[at] ?? '', order, over: body.over?.[at] } : { id: idOf(), order }
}

function documentsOf(body: PageBody, { decode }: DocumentCodec): object[] {
  return body.ids.map((_, at) => decode(contentAt(body, at)))
}
