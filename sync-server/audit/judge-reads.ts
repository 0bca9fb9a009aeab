import type { Id } from '#app/kernel/index.ts'
import { readBatchHash } from '#app/protocol/index.ts'
import type { ReadBatch } from '#app/protocol/index.ts'
import type { ReadHead } from '../store/contract.ts'

// Whether a batch of reads is what its device did next. Pure. What does not fit is kept all the same, and named: it is
// evidence, and the chain goes on from it.

/**
 * - `follows`: the next of its device
 * - `repeated`: taken before; its answer was lost
 * - `cut`: batches between are missing
 * - `changed`: its hash fits neither its content nor what came before
 * - `rewritten`: another batch bears this number, or it leads past one that was taken
 * - `misattributed`: it says that somebody else has read it than the person whose device it is
 */
export type Verdict = 'follows' | 'repeated' | 'cut' | 'changed' | 'rewritten' | 'misattributed'

/** The batches that are remembered by their hash, to know a repeat from a forgery. */
const REMEMBERED = 64

/** `user`: whose device it is. */
export function judgeBatch(head: ReadHead, batch: ReadBatch, user: Id): Verdict {
  if (batch.hash !== readBatchHash(head.deviceId, batch)) return 'changed'
  if (batch.number <= head.number) {
    const taken = head.recent.find(({ number }) => number === batch.number)
    return taken?.hash === batch.hash ? 'repeated' : 'rewritten'
  }
  if (batch.user !== user) return 'misattributed'
  if (batch.number > head.number + 1) return 'cut'
  return batch.previous === hashOf(head) ? 'follows' : 'rewritten'
}

/** The head once a batch was taken in, whatever was thought of it. */
export function headAfter(head: ReadHead, { number, hash }: ReadBatch): ReadHead {
  const before = head.recent.filter((taken) => taken.number < number)
  return { ...head, number, recent: [...before, { number, hash }].slice(-REMEMBERED) }
}

export function noReads(deviceId: string): ReadHead {
  return { deviceId, number: 0, recent: [] }
}

function hashOf({ recent }: ReadHead): string {
  return recent.at(-1)?.hash ?? ''
}
