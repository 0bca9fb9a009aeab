import { AppError } from '#app/kernel/index.ts'
import type { PageCipher } from '../cipher/page-cipher.ts'
import type { PageHeader, PageLabel } from '../cipher/page-format.ts'
import type { PageKey, PageStore } from '../page-store/page-store.ts'
import { adoptCollection, catalogueOf, emptyCatalogue } from './catalogue.ts'
import type { Catalogue, CollectionState } from './catalogue.ts'
import type { DamageLedger } from './damage.ts'
import { MOST_SEALS } from './seals.ts'

// What the disk says when it is opened. A sound disk holds exactly the pages that its head names, since every commit
// is atomic; whatever differs is damage, is told, and is kept from spreading.

type Disk = { readonly pageStore: PageStore; readonly cipher: PageCipher }
type Labelled = {
  readonly key: PageKey
  readonly label: (PageLabel & { readonly header: PageHeader }) | null
}

/** Throws `replica.damaged` where nothing at all opens, `replica.format` for a newer version's data. */
export async function readCatalogue(disk: Disk, damage: DamageLedger): Promise<Catalogue> {
  const [sealedHead, keys] = await Promise.all([disk.pageStore.readHead(), disk.pageStore.keys()])
  if (sealedHead === null && keys.length === 0) return emptyCatalogue()
  const head = sealedHead && (await disk.cipher.openHead(sealedHead))
  if (!head) return rebuild(await labelled(disk, keys), damage, disk.cipher.epoch())
  const catalogue = catalogueOf(head)
  noteMissing(catalogue, new Set(keys), damage)
  const named = new Set([...catalogue.collections.values()].flatMap(({ pages }) => [...pages]))
  const unnamed = await labelled(
    disk,
    keys.filter((key) => !named.has(key)),
  )
  for (const page of unnamed) placeUnnamed(catalogue, page, head.commit, damage)
  return catalogue
}

function noteMissing(catalogue: Catalogue, present: ReadonlySet<PageKey>, damage: DamageLedger): void {
  for (const { name, pages } of catalogue.collections.values()) {
    for (const key of pages) {
      if (!present.has(key)) damage.lostPage(name, { key, kind: 'missing', label: null })
    }
  }
}

/** A page that the head does not name: written after it, then the head is stale; or brought back from the past. */
function placeUnnamed(catalogue: Catalogue, page: Labelled, headCommit: number, damage: DamageLedger): void {
  if (page.label !== null && page.label.commit > headCommit) {
    damage.headMismatch()
    adoptPage(catalogue, page.key, page.label)
  } else {
    damage.strayPage(page.key)
  }
}

/** Without a head every page that opens counts; the order of each write says which version is the newest. */
function rebuild(pages: readonly Labelled[], damage: DamageLedger, epoch: number): Catalogue {
  damage.headMismatch()
  const catalogue = emptyCatalogue()
  for (const { key, label } of pages) {
    if (label === null) damage.lostPage('', { key, kind: 'changed', label: null })
    else adoptPage(catalogue, key, label)
  }
  // The count went with the head: a new key starts one that can be trusted.
  catalogue.seals = { epoch, count: MOST_SEALS }
  if (catalogue.collections.size === 0) {
    throw new AppError('replica.damaged', { what: 'none of its pages opens' })
  }
  return catalogue
}

function adoptPage(catalogue: Catalogue, key: PageKey, label: NonNullable<Labelled['label']>): void {
  const known: CollectionState | undefined = catalogue.collections.get(label.collection)
  const { collection: number, schemaVersion } = label.header
  const collection = known ?? adoptCollection(catalogue, { number, name: label.collection, schemaVersion })
  collection.schemaVersion = Math.max(collection.schemaVersion, schemaVersion)
  collection.pages.add(key)
  catalogue.commit = Math.max(catalogue.commit, label.commit)
  // New writes must come after all that was ever written, or replication's checkpoint would skip them.
  catalogue.order = Math.max(catalogue.order, ...label.orders)
}

async function labelled(disk: Disk, keys: readonly PageKey[]): Promise<Labelled[]> {
  const pages = await disk.pageStore.read(keys)
  return Promise.all(
    [...pages].map(async ([key, page]) => ({ key, label: await disk.cipher.openLabel(key, page) })),
  )
}
