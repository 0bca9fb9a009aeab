/** How people type what a word stands for, and so how it is compared. */
export const kinds = { text: 0, identifier: 1, phone: 2, date: 3 } as const
export type Kind = (typeof kinds)[keyof typeof kinds]

const NO_WORD = 0
const ERASED = -1
/** Below this much waste nothing is gained by moving words together. */
const LEAST_WASTE = 4096

/**
 * The distinct words of all records, in one buffer, each with how many records use it. A word that no record
 * uses any more is overwritten at once; its number and its room are used again.
 */
export class Vocabulary {
  codes = new Uint16Array(0x4000)
  starts = new Uint32Array(0x400)
  lengths = new Uint16Array(0x400)
  /** By number; what is free has length 0. */
  kinds = new Uint8Array(0x400)
  uses = new Uint32Array(0x400)
  /** Numbers below this have been given. */
  size = 0
  #used = 0
  #wasted = 0
  #free: number[] = []
  /** Open addressing: number + 1, `NO_WORD`, or `ERASED`. */
  #table = new Int32Array(0x800)
  #taken = 0

  /** How many bytes it occupies. */
  get bytes(): number {
    const buffers = [this.codes, this.starts, this.lengths, this.kinds, this.uses, this.#table]
    return buffers.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** The number of a word, used once more. */
  take(codes: Uint16Array, from: number, to: number, kind: Kind): number {
    const length = Math.min(to - from, 0xffff)
    const mask = this.#table.length - 1
    let place = hashOf(codes, from, length, kind) & mask
    let vacant = -1
    for (;;) {
      const entry = this.#table[place] ?? NO_WORD
      if (entry === NO_WORD) break
      if (entry === ERASED) vacant = vacant === -1 ? place : vacant
      else if (this.#is(entry - 1, codes, from, length, kind)) {
        this.uses[entry - 1] = (this.uses[entry - 1] ?? 0) + 1
        return entry - 1
      }
      place = (place + 1) & mask
    }
    const number = this.#write(codes, from, length, kind)
    if (vacant === -1) this.#taken += 1
    this.#table[vacant === -1 ? place : vacant] = number + 1
    if (this.#taken * 3 > this.#table.length * 2) this.#rehash()
    return number
  }

  release(number: number): void {
    const uses = (this.uses[number] ?? 0) - 1
    this.uses[number] = uses
    if (uses > 0) return
    const start = this.starts[number] ?? 0
    const length = this.lengths[number] ?? 0
    this.#table[this.#placeOf(number, start, length)] = ERASED
    this.codes.fill(0, start, start + length)
    this.lengths[number] = 0
    this.#wasted += length
    this.#free.push(number)
    if (this.#wasted > LEAST_WASTE && this.#wasted * 2 > this.#used)
      this.#moveTogether(this.#used - this.#wasted)
  }

  /** Overwrites every word. Nothing can be taken afterwards. */
  erase(): void {
    this.codes.fill(0)
    this.lengths.fill(0)
    this.size = 0
  }

  #is(number: number, codes: Uint16Array, from: number, length: number, kind: Kind): boolean {
    if (this.lengths[number] !== length || this.kinds[number] !== kind) return false
    const start = this.starts[number] ?? 0
    for (let at = 0; at < length; at += 1) if (this.codes[start + at] !== codes[from + at]) return false
    return true
  }

  #write(codes: Uint16Array, from: number, length: number, kind: Kind): number {
    if (this.#used + length > this.codes.length) this.#moveTogether((this.#used - this.#wasted + length) * 2)
    const number = this.#free.pop() ?? this.#nextNumber()
    this.starts[number] = this.#used
    this.lengths[number] = length
    this.kinds[number] = kind
    this.uses[number] = 1
    for (let at = 0; at < length; at += 1) this.codes[this.#used + at] = codes[from + at] ?? 0
    this.#used += length
    return number
  }

  #nextNumber(): number {
    if (this.size === this.starts.length) {
      const room = Math.ceil(this.size * 1.5)
      this.starts = grown(this.starts, new Uint32Array(room))
      this.lengths = grown(this.lengths, new Uint16Array(room))
      this.kinds = grown(this.kinds, new Uint8Array(room))
      this.uses = grown(this.uses, new Uint32Array(room))
    }
    this.size += 1
    return this.size - 1
  }

  /** Copies the words in use into a buffer of their own; the old one is overwritten. */
  #moveTogether(room: number): void {
    const old = this.codes
    const moved = new Uint16Array(Math.max(room, LEAST_WASTE))
    let used = 0
    for (let number = 0; number < this.size; number += 1) {
      const length = this.lengths[number] ?? 0
      const start = this.starts[number] ?? 0
      for (let at = 0; at < length; at += 1) moved[used + at] = old[start + at] ?? 0
      this.starts[number] = used
      used += length
    }
    old.fill(0)
    this.codes = moved
    this.#used = used
    this.#wasted = 0
  }

  #placeOf(number: number, start: number, length: number): number {
    const mask = this.#table.length - 1
    let place = hashOf(this.codes, start, length, this.kinds[number] ?? 0) & mask
    while (this.#table[place] !== number + 1) place = (place + 1) & mask
    return place
  }

  #rehash(): void {
    const live = this.size - this.#free.length
    let room = this.#table.length
    while (live * 2 > room) room *= 2
    this.#table = new Int32Array(room)
    this.#taken = live
    for (let number = 0; number < this.size; number += 1) {
      const length = this.lengths[number] ?? 0
      if (length === 0) continue
      let place = hashOf(this.codes, this.starts[number] ?? 0, length, this.kinds[number] ?? 0) & (room - 1)
      while (this.#table[place] !== NO_WORD) place = (place + 1) & (room - 1)
      this.#table[place] = number + 1
    }
  }
}

/** FNV-1a over code units, mixed at the end: the low bits alone choose a place. */
function hashOf(codes: Uint16Array, from: number, length: number, kind: number): number {
  let hash = 0x811c9dc5 ^ kind
  for (let at = 0; at < length; at += 1) hash = Math.imul(hash ^ (codes[from + at] ?? 0), 0x01000193)
  hash ^= hash >>> 15
  return Math.imul(hash, 0x2c1b3c6d) >>> 8
}

function grown<Buffer extends { set(from: Buffer): void }>(from: Buffer, to: Buffer): Buffer {
  to.set(from)
  return to
}
