/** A pattern is one machine word: what is longer is compared without typing errors. */
export const LONGEST_PATTERN = 31

const masks = new Int32Array(0x10000)

/**
 * How many letters one has to insert, delete, replace or swap with their neighbour to get from `pattern` to a
 * word; the optimal string alignment distance by Hyyrö's bit-parallel recurrence (2003). A pattern is set
 * once, then compared with many words.
 */
export class EditDistance {
  #pattern: Uint16Array = new Uint16Array(0)

  set(pattern: Uint16Array): void {
    for (const code of this.#pattern) masks[code] = 0
    this.#pattern = pattern
    pattern.forEach((code, at) => (masks[code] = (masks[code] ?? 0) | (1 << at)))
  }

  /** To the word at `codes[from]` of `length`; anything above `most` where it is above. */
  to(codes: Uint16Array, from: number, length: number, most: number): number {
    const size = this.#pattern.length
    const last = 1 << (size - 1)
    let [positive, negative, diagonal, before] = [-1, 0, 0, 0]
    let distance = size
    for (let at = 0; at < length; at += 1) {
      const mask = masks[codes[from + at] ?? 0] ?? 0
      const swapped = ((~diagonal & mask) << 1) & before
      diagonal = (((mask & positive) + positive) ^ positive) | mask | negative | swapped
      let plus = negative | ~(diagonal | positive)
      const minus = diagonal & positive
      if ((plus & last) !== 0) distance += 1
      else if ((minus & last) !== 0) distance -= 1
      // What is left of the word can take back one each.
      if (distance - (length - at - 1) > most) return most + 1
      plus = (plus << 1) | 1
      positive = (minus << 1) | ~(diagonal | plus)
      negative = plus & diagonal
      before = mask
    }
    return distance
  }
}
