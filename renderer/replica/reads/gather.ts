import type { Id } from '#app/kernel/index.ts'
import { parseRev, READ_ENTRIES_LIMIT, READ_IDS_LIMIT } from '#app/protocol/index.ts'
import type { ReadEntry } from '#app/protocol/index.ts'
import type { NotedRead } from '../contract.ts'

// Many small looks become few entries: what is seen in one list, of one projection, within one batch is one entry that
// holds the ids. Nothing here waits for anything: a screen pays for a look up in a map.

/** What is seen again in a list within this time is no news, in milliseconds. */
const NO_NEWS = 15 * 60_000

type Gathered = Omit<ReadEntry, 'ids'> & { readonly ids: Set<Id> }

export class Gather {
  #entries = new Map<string, Gathered>()
  /** When each record was last told of, by list. */
  readonly #told = new Map<string, Map<Id, number>>()

  get size(): number {
    return this.#entries.size
  }

  add(read: NotedRead, at: string, term: string | undefined): void {
    const { did, module, records = [], emergency, opening, strength } = read
    const what = { at: read.at, did, module, term, emergency, opening, strength }
    if (records.length === 0) this.#entryOf({ ...what, projection: undefined }, at)
    for (const { id, rev } of records) {
      if (did === 'list' && this.#isNoNews(module ?? '', id, Date.parse(at))) continue
      const projection = rev === undefined ? undefined : parseRev(rev)?.projection
      this.#entryOf({ ...what, projection }, at).ids.add(id)
    }
  }

  /** Takes out what is to be written, a batch at a time; each entry within its limits. */
  take(): ReadEntry[][] {
    const entries = [...this.#entries.values()].flatMap(({ ids, ...entry }) =>
      ids.size === 0 ? [entry] : inParts([...ids], READ_IDS_LIMIT).map((part) => ({ ...entry, ids: part })),
    )
    this.#entries = new Map()
    return inParts(entries, READ_ENTRIES_LIMIT)
  }

  #entryOf(
    what: Pick<ReadEntry, 'did'> & {
      readonly [
        Each in 'module' | 'term' | 'projection' | 'emergency' | 'opening' | 'strength'
      ]: ReadEntry[Each]
    } & { readonly at: string | undefined },
    at: string,
  ): Gathered {
    const key = JSON.stringify(what)
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    const said = Object.fromEntries(Object.entries(what).filter(([, value]) => value !== undefined))
    const made: Gathered = { at, did: what.did, ...said, ids: new Set() }
    this.#entries.set(key, made)
    return made
  }

  #isNoNews(list: string, id: Id, now: number): boolean {
    const told = this.#told.get(list) ?? new Map<Id, number>()
    this.#told.set(list, told)
    const last = told.get(id)
    if (last !== undefined && now - last < NO_NEWS) return true
    told.set(id, now)
    return false
  }
}

function inParts<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  )
}
