import type { PageLabel } from '../cipher/page-format.ts'
import type { DamageKind, DamageReport } from '../contract.ts'
import type { PageKey } from '../page-store/page-store.ts'

/** A page that is gone or did not open. Its label, sealed apart, may still tell what it held. */
type LostPage = {
  readonly key: PageKey
  readonly kind: Extract<DamageKind, 'changed' | 'missing'>
  readonly label: Pick<PageLabel, 'ids' | 'orders'> | null
}

/** The order of the version that is held of a document; undefined where none is. */
type HeldOrder = (id: string) => number | undefined

type Losses = { readonly lost: readonly string[]; readonly outdated: readonly string[] }

/** Gathers what is found damaged, at opening and while collections are read. */
export type DamageLedger = {
  headMismatch(): void
  /** A page of the current state that is missing or does not open. */
  lostPage(collection: string, page: LostPage): void
  /** A page whose documents open, but whose label does not: nothing is lost, the page is to be written again. */
  weakPage(collection: string, key: PageKey): void
  /** A page on the disk that belongs to no current state. */
  strayPage(key: PageKey): void
  /** The collection was read: says which of its lost versions were still current. */
  settleLosses(collection: string, held: HeldOrder): void
  lostPages(): ReadonlyMap<string, readonly PageKey[]>
  weakPages(collection: string): readonly PageKey[]
  strayPages(): readonly PageKey[]
  report(): DamageReport
  clear(): void
}

type Found = { readonly pages: Map<PageKey, LostPage>; readonly weak: Set<PageKey>; losses: Losses }

/** `onFound` hears of each page. */
export function damageLedger(onFound: () => void = () => undefined): DamageLedger {
  const collections = new Map<string, Found>()
  const strays = new Set<PageKey>()
  let head = false

  function of(collection: string): Found {
    const known = collections.get(collection)
    if (known !== undefined) return known
    const found = { pages: new Map(), weak: new Set<PageKey>(), losses: { lost: [], outdated: [] } }
    collections.set(collection, found)
    return found
  }

  return {
    headMismatch() {
      head = true
      onFound()
    },
    lostPage(collection, page) {
      of(collection).pages.set(page.key, page)
      onFound()
    },
    weakPage(collection, key) {
      of(collection).weak.add(key)
      onFound()
    },
    strayPage(key) {
      strays.add(key)
      onFound()
    },
    settleLosses(collection, held) {
      const found = collections.get(collection)
      if (found !== undefined) found.losses = lossesOf([...found.pages.values()], held)
    },
    lostPages: () => new Map([...collections].map(([name, found]) => [name, [...found.pages.keys()]])),
    weakPages: (collection) => [...(collections.get(collection)?.weak ?? [])],
    strayPages: () => [...strays],
    report: () => ({
      pages: strays.size + sum([...collections.values()].map(({ pages, weak }) => pages.size + weak.size)),
      kinds: kindsOf([...collections.values()], strays.size),
      head,
      collections: [...collections].map(([collection, { pages, weak, losses }]) => ({
        collection,
        pages: pages.size + weak.size,
        ...losses,
        complete: [...pages.values()].every((page) => page.label !== null),
      })),
    }),
    clear() {
      collections.clear()
      strays.clear()
      head = false
    },
  }
}

function kindsOf(collections: readonly Found[], past: number): DamageReport['kinds'] {
  const lost = collections.flatMap(({ pages }) => [...pages.values()])
  const missing = lost.filter(({ kind }) => kind === 'missing').length
  return { changed: lost.length - missing + sum(collections.map(({ weak }) => weak.size)), missing, past }
}

/** A version that a newer one replaced is no loss. */
function lossesOf(pages: readonly LostPage[], held: HeldOrder): Losses {
  const newest = new Map<string, number>()
  for (const { label } of pages) {
    label?.ids.forEach((id, at) => newest.set(id, Math.max(newest.get(id) ?? 0, label.orders[at] ?? 0)))
  }
  const current = [...newest].filter(([id, order]) => order > (held(id) ?? -1)).map(([id]) => id)
  return {
    lost: current.filter((id) => held(id) === undefined),
    outdated: current.filter((id) => held(id) !== undefined),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
