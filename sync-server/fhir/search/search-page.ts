import type { Id } from '#app/kernel/index.ts'
import { seeByIds } from '../seen.ts'
import type { Reading, Seen } from '../seen.ts'
import { candidatesOf } from './candidates.ts'
import type { Search } from './criteria.ts'
import { matches } from './matches.ts'
import { compares, spanOf } from './moments.ts'

export type SearchPage = {
  readonly matches: readonly Seen[]
  /** Where the next page begins: behind this id. Null at the end. */
  readonly after: Id | null
  /** Set where the bound came before the page was full: so many records were looked through for it. */
  readonly bounded: number | null
}

/** Records opened for one page at most: about half a second. */
export const MOST_LOOKED_AT = 2_000
const scanned = 200

/**
 * One page, in the order of ids. It goes on behind the id where it stopped, so what is written meanwhile neither moves
 * a resource onto a second page nor hides one that was there from the start.
 */
export async function searchPage(reading: Reading, search: Search, after: string): Promise<SearchPage> {
  const candidates = await candidatesOf(reading, search)
  const found: Seen[] = []
  let at = after
  let looked = 0
  const batch = search.criteria.length === 0 ? search.count + 1 : scanned
  while (looked < MOST_LOOKED_AT) {
    const ids = await candidates.next(at, batch)
    const fitting = (await seeByIds(reading, search.type, ids)).filter((seen) => fits(seen, search))
    for (const seen of fitting) {
      // One more than fits tells that there is another page, and where this one ends.
      if (found.length === search.count) return { matches: found, after: lastOf(found), bounded: null }
      found.push(seen)
    }
    if (ids.length < batch) return { matches: found, after: null, bounded: null }
    looked += ids.length
    at = ids.at(-1) ?? at
  }
  return { matches: found, after: at, bounded: looked }
}

function lastOf(found: readonly Seen[]): Id | null {
  return found.at(-1)?.id ?? null
}

function fits({ removed, lastUpdated, id, resource }: Seen, search: Search): boolean {
  if (removed || (search.ids !== null && !search.ids.includes(id))) return false
  const updated = spanOf(lastUpdated)
  if (updated === null || !search.lastUpdated.every((criterion) => compares(criterion, updated))) return false
  return search.criteria.every((criterion) => matches(resource, criterion))
}
