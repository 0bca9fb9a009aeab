import { gradersOf, costOf, rankOf } from './grade.ts'
import type { Reading, Term } from './query.ts'
import { NO_MODULE, WORD_BITS, WORD_MASK } from './record-words.ts'
import type { RecordWords } from './record-words.ts'
import type { Vocabulary } from './vocabulary.ts'

/**
 * A record that answers a query. `reading` is the one that it answers best; the lower the rank, the better.
 */
export type Found = { readonly slot: number; readonly rank: number; readonly reading: Reading }

/** How each word of the vocabulary answers one term, and how many records have such a word at most. */
type Answers = { readonly grades: Uint8Array; readonly reach: number }

/** How many are shown: in all, and of each module. */
type Limits = { readonly limit: number; readonly perModule: number }

/** The best records, best first; of equals the one that was changed last. `wanted` is by module number. */
export function findRecords(
  records: RecordWords,
  readings: readonly Reading[],
  wanted: readonly boolean[],
  { limit, perModule }: Limits,
): readonly Found[] {
  const best = wanted.map(() => new BestFound(records, Math.min(limit, perModule)))
  for (const reading of readings) {
    const answers = reading.map((term) => answersOf(records.vocabulary, term))
    // The rarest first: most records fail at it already.
    answers.sort((a, b) => a.reach - b.reach)
    if (answers[0]?.reach === 0) continue
    findReading(records, answers, wanted, (slot, rank) =>
      best[records.modules[slot] ?? NO_MODULE]?.offer(slot, rank, reading),
    )
  }
  const found = best.flatMap((own) => own.found())
  return found.toSorted((a, b) => order(records, a, b)).slice(0, limit)
}

function answersOf(vocabulary: Vocabulary, term: Term): Answers {
  const { codes, starts, lengths, kinds, uses, size } = vocabulary
  const graders = gradersOf(term)
  const grades = new Uint8Array(size)
  let reach = 0
  for (let word = 0; word < size; word += 1) {
    const length = lengths[word] ?? 0
    if (length === 0) continue
    const grade = graders[kinds[word] ?? 0]?.(codes, starts[word] ?? 0, length) ?? 0
    if (grade === 0) continue
    grades[word] = grade
    reach += uses[word] ?? 0
  }
  return { grades, reach }
}

function findReading(
  { entries, starts, counts, modules, size }: RecordWords,
  answers: readonly Answers[],
  wanted: readonly boolean[],
  found: (slot: number, rank: number) => void,
): void {
  const costs = answers.map(() => 0)
  for (let slot = 0; slot < size; slot += 1) {
    const module = modules[slot] ?? NO_MODULE
    if (module === NO_MODULE || wanted[module] !== true) continue
    const start = starts[slot] ?? 0
    const end = start + (counts[slot] ?? 0)
    let term = 0
    for (; term < answers.length; term += 1) {
      const cost = cheapest(entries, start, end, answers[term]?.grades)
      if (cost === 0) break
      costs[term] = cost
    }
    if (term === answers.length) found(slot, rankOf(costs))
  }
}

/** 0 where no word of the record answers. */
function cheapest(entries: Uint32Array, start: number, end: number, grades: Uint8Array | undefined): number {
  let least = 0
  for (let at = start; at < end; at += 1) {
    const entry = entries[at] ?? 0
    const grade = grades?.[entry & WORD_MASK] ?? 0
    if (grade === 0) continue
    const cost = costOf(grade, entry >>> WORD_BITS)
    if (least === 0 || cost < least) least = cost
  }
  return least
}

/** Keeps the best, however many there are. */
class BestFound {
  readonly #records: RecordWords
  readonly #limit: number
  readonly #best: Found[] = []
  readonly #ranks = new Map<number, number>()

  constructor(records: RecordWords, limit: number) {
    this.#records = records
    this.#limit = limit
  }

  offer(slot: number, rank: number, reading: Reading): void {
    const last = this.#best.at(-1)
    if (this.#limit === 0) return
    if (this.#best.length === this.#limit && last !== undefined && !this.#isBefore(slot, rank, last)) return
    const known = this.#ranks.get(slot)
    if (known !== undefined) {
      if (known <= rank) return
      this.#best.splice(
        this.#best.findIndex((found) => found.slot === slot),
        1,
      )
    }
    this.#best.splice(this.#placeFor(slot, rank), 0, { slot, rank, reading })
    this.#ranks.set(slot, rank)
    if (this.#best.length > this.#limit) this.#ranks.delete(this.#best.pop()?.slot ?? -1)
  }

  found(): readonly Found[] {
    return this.#best
  }

  #placeFor(slot: number, rank: number): number {
    let [low, high] = [0, this.#best.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const found = this.#best[middle]
      if (found !== undefined && this.#isBefore(slot, rank, found)) high = middle
      else low = middle + 1
    }
    return low
  }

  #isBefore(slot: number, rank: number, other: Found): boolean {
    return order(this.#records, { slot, rank }, other) < 0
  }
}

type Place = Pick<Found, 'slot' | 'rank'>

function order({ changed }: RecordWords, a: Place, b: Place): number {
  return a.rank - b.rank || (changed[b.slot] ?? 0) - (changed[a.slot] ?? 0)
}
