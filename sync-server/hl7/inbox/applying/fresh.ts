import type { Header } from '../../header.ts'
import type { Message } from '../../parse/message.ts'
import type { Waiting } from './waiting.ts'

// What was just taken in lies here until it is applied, so that it is neither read nor parsed again. It may be forgotten
// at any time: the store has it all.

/** A message that waits to be applied, as it lies in memory. */
export type FreshMessage = { readonly entry: Waiting; readonly message: Message; readonly header: Header }

export type Fresh = {
  offer(sequence: number, fresh: FreshMessage): void
  get(sequence: number): FreshMessage | null
  forget(sequence: number): void
  readonly sequences: ReadonlySet<number>
  /** From 0, nothing waits, to 1: there is no room for more. */
  readonly fullness: number
}

/** Bytes of messages: what a burst of ordinary ones needs, and no more than a server can spare. */
const LIMIT = 32 * 1024 * 1024

export function keepFresh(limit: number = LIMIT): Fresh {
  const kept = new Map<number, FreshMessage>()
  const sequences = new Set<number>()
  let size = 0
  let isFull = false
  return {
    sequences,
    get fullness() {
      return isFull ? 1 : size / limit
    },
    offer(sequence, fresh) {
      const { length } = fresh.message.bytes
      // The oldest are applied first, so it is the newest that there is no room for.
      isFull = size + length > limit
      if (isFull) return
      kept.set(sequence, fresh)
      sequences.add(sequence)
      size += length
    },
    get: (sequence) => kept.get(sequence) ?? null,
    forget(sequence) {
      const fresh = kept.get(sequence)
      if (fresh === undefined) return
      kept.delete(sequence)
      sequences.delete(sequence)
      size -= fresh.message.bytes.length
      if (size === 0) isFull = false
    },
  }
}
