import { sha256Hex } from '#app/kernel/index.ts'

/** Chance that repeats itself: the same seed and labels give the same values on every machine. */
export type Random = {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number, both ends included. */
  int(least: number, most: number): number
  pick<Item>(list: readonly Item[]): Item
  chance(share: number): boolean
  bytes(count: number): Uint8Array
  /** A source of its own, so that more of one thing changes nothing of another. */
  fork(label: string): Random
}

export function seededRandom(seed: string): Random {
  const next = sfc32(seed)
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    int,
    pick: (list) => {
      const item = list[int(0, list.length - 1)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    chance: (share) => next() < share,
    bytes: (count) => Uint8Array.from({ length: count }, () => int(0, 255)),
    fork: (label) => seededRandom(`${seed}/${label}`),
  }
}

/** Small Fast Counter, 32 bit (Chris Doty-Humphrey, PractRand). */
function sfc32(seed: string): () => number {
  const hash = sha256Hex(seed)
  const word = (place: number) => Number.parseInt(hash.slice(place * 8, place * 8 + 8), 16) | 0
  let [a, b, c, counter] = [word(0), word(1), word(2), 1]
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
}
