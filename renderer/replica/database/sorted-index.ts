import type { Id } from '#app/kernel/index.ts'
import type { IndexRange } from '../contract.ts'

type Entry = { readonly key: string; readonly id: Id }

/** Ids in the order of a key, and of their own where the keys are the same. */
export class SortedIndex {
  #entries: Entry[] = []
  readonly #keys = new Map<Id, string>()
  /** How many entries at the end are not in their places yet: sorting waits until somebody asks. */
  #unsorted = 0

  /** Undefined: the document has no place in the index any more. */
  put(id: Id, key: string | undefined): void {
    const before = this.#keys.get(id)
    if (before === key) return
    if (before !== undefined) this.#remove({ key: before, id })
    if (key === undefined) return
    this.#keys.set(id, key)
    this.#entries.push({ key, id })
    this.#unsorted += 1
  }

  *ids(range: IndexRange): Generator<Id> {
    this.#sort()
    const isSingle = 'equals' in range
    const from = isSingle ? range.equals : (range.from ?? '')
    const before = isSingle ? undefined : range.before
    for (let at = this.#placeOf({ key: from, id: '' }); at < this.#entries.length; at += 1) {
      const entry = this.#entries[at]
      if (
        entry === undefined ||
        (isSingle ? entry.key !== from : before !== undefined && entry.key >= before)
      )
        return
      yield entry.id
    }
  }

  clear(): void {
    this.#entries = []
    this.#keys.clear()
    this.#unsorted = 0
  }

  #remove(entry: Entry): void {
    this.#sort()
    this.#keys.delete(entry.id)
    this.#entries.splice(this.#placeOf(entry), 1)
  }

  /** A few new ones are moved into their places; many are sorted with the rest. */
  #sort(): void {
    const count = this.#unsorted
    this.#unsorted = 0
    if (count === 0) return
    if (count > 32) {
      this.#entries.sort(inOrder)
      return
    }
    for (const entry of this.#entries.splice(this.#entries.length - count)) {
      this.#entries.splice(this.#placeOf(entry), 0, entry)
    }
  }

  /** Where the entry stands, or would stand. */
  #placeOf(entry: Entry): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const there = this.#entries[middle]
      if (there !== undefined && inOrder(there, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function inOrder(a: Entry, b: Entry): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  if (a.id === b.id) return 0
  return a.id < b.id ? -1 : 1
}
