import type { Id } from '#app/kernel/index.ts'
import { Vocabulary } from './vocabulary.ts'
import type { Kind } from './vocabulary.ts'

/** Where in a record a word stands, the weightiest first. */
export const places = { titleStart: 0, title: 1, field: 2, aside: 3 } as const
export type Place = (typeof places)[keyof typeof places]

/** The low bits of an entry number a word of the vocabulary, the two high ones say its place. */
export const WORD_BITS = 30
export const WORD_MASK = 2 ** WORD_BITS - 1
/** The module of a place that holds no record. */
export const NO_MODULE = 0xff

const LEAST_WASTE = 0x4000

/**
 * Which words each record has: one list of numbers in one buffer, and per record where its part begins. No
 * object per record or word. What is removed is overwritten at once; its room is used again.
 */
export class RecordWords {
  readonly vocabulary = new Vocabulary()
  entries = new Uint32Array(0x1000)
  starts = new Uint32Array(0x100)
  counts = new Uint32Array(0x100)
  modules = new Uint8Array(0x100).fill(NO_MODULE)
  /** When each was last changed, in seconds since the epoch. */
  changed = new Uint32Array(0x100)
  /** Slots below this have been given. */
  size = 0
  #ids: (Id | undefined)[] = []
  readonly #slots = new Map<Id, number>()
  #free: number[] = []
  #used = 0
  #wasted = 0
  /** Which record last used a word: each word is listed once for each record. */
  #lastUse = new Uint32Array(0x400)
  #turn = 0

  get count(): number {
    return this.#slots.size
  }

  /** How many bytes the buffers occupy. */
  get bytes(): number {
    const buffers = [this.entries, this.starts, this.counts, this.modules, this.changed, this.#lastUse]
    return this.vocabulary.bytes + buffers.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  has(id: Id): boolean {
    return this.#slots.has(id)
  }

  idAt(slot: number): Id | undefined {
    return this.#ids[slot]
  }

  /** Begins a record: the words that follow by `put` are its own. The id must not be here. */
  begin(id: Id, module: number, changed: number): void {
    const slot = this.#free.pop() ?? this.#nextSlot()
    this.#ids[slot] = id
    this.#slots.set(id, slot)
    this.modules[slot] = module
    this.changed[slot] = changed
    this.starts[slot] = this.#used
    this.counts[slot] = 0
    this.#turn += 1
    this.#open = slot
  }

  #open = 0

  put(codes: Uint16Array, from: number, to: number, kind: Kind, place: Place): void {
    const number = this.vocabulary.take(codes, from, to, kind)
    if (number >= this.#lastUse.length) this.#lastUse = grown(this.#lastUse, new Uint32Array(number * 2))
    if (this.#lastUse[number] === this.#turn) {
      this.vocabulary.release(number)
      return
    }
    this.#lastUse[number] = this.#turn
    if (this.#used === this.entries.length)
      this.entries = grown(this.entries, new Uint32Array(Math.ceil(this.#used * 1.5)))
    this.entries[this.#used] = number + place * 2 ** WORD_BITS
    this.#used += 1
    this.counts[this.#open] = (this.counts[this.#open] ?? 0) + 1
  }

  /** Whether the record was here. Its words are gone afterwards. */
  remove(id: Id): boolean {
    const slot = this.#slots.get(id)
    if (slot === undefined) return false
    this.#slots.delete(id)
    const start = this.starts[slot] ?? 0
    const count = this.counts[slot] ?? 0
    for (let at = start; at < start + count; at += 1)
      this.vocabulary.release((this.entries[at] ?? 0) & WORD_MASK)
    this.entries.fill(0, start, start + count)
    this.#ids[slot] = undefined
    this.modules[slot] = NO_MODULE
    this.counts[slot] = 0
    this.#free.push(slot)
    this.#wasted += count
    if (this.#wasted > LEAST_WASTE && this.#wasted * 2 > this.#used) this.#moveTogether()
    return true
  }

  /** Overwrites everything. Nothing can be put afterwards. */
  erase(): void {
    this.vocabulary.erase()
    this.entries.fill(0)
    this.modules.fill(NO_MODULE)
    this.#ids = []
    this.#slots.clear()
    this.size = 0
  }

  #nextSlot(): number {
    if (this.size === this.starts.length) {
      const room = Math.ceil(this.size * 1.5)
      this.starts = grown(this.starts, new Uint32Array(room))
      this.counts = grown(this.counts, new Uint32Array(room))
      this.modules = grown(this.modules, new Uint8Array(room).fill(NO_MODULE))
      this.changed = grown(this.changed, new Uint32Array(room))
    }
    this.size += 1
    return this.size - 1
  }

  #moveTogether(): void {
    const old = this.entries
    const moved = new Uint32Array(Math.ceil((this.#used - this.#wasted) * 1.25) + LEAST_WASTE)
    let used = 0
    for (let slot = 0; slot < this.size; slot += 1) {
      const count = this.counts[slot] ?? 0
      const start = this.starts[slot] ?? 0
      moved.set(old.subarray(start, start + count), used)
      this.starts[slot] = used
      used += count
    }
    this.entries = moved
    this.#used = used
    this.#wasted = 0
  }
}

function grown<Buffer extends { set(from: Buffer): void }>(from: Buffer, to: Buffer): Buffer {
  to.set(from)
  return to
}
