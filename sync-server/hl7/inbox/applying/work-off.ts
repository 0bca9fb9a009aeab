import type { Clock } from '#app/kernel/index.ts'
import type { InboxOutcome } from '../../../store/contract.ts'
import { applyBatch, MessageFault } from './batch.ts'
import type { Batch, BatchParts } from './batch.ts'
import type { Arrivals } from '../arrivals.ts'
import type { EndListeners } from './listeners.ts'
import { openPatience } from './patience.ts'
import { MOST_HELD_BACK, releaseHeld } from './release-held.ts'
import type { Rest } from './rest.ts'

export type WorkParts = BatchParts & {
  readonly clock: Clock
  readonly listeners: EndListeners
  readonly rest: Rest
  readonly arrivals: Arrivals
  readonly closing: AbortSignal
  readonly onEnd: (outcome: InboxOutcome) => void
  readonly onFault: (fault: unknown) => void
}

/** The most messages of one commit: what others who write wait for. */
const BATCH = 64

/** Applies a batch after the other until nothing is open. Throws where the store fails. */
export function createWork(parts: WorkParts): () => Promise<void> {
  const patience = openPatience(parts)
  const attempt = attempting(parts)
  return async () => {
    let heldBack = 0
    while (!parts.closing.aborted) {
      await patience()
      const batch = await attempt(heldBack)
      if (batch === null) continue
      const { ended, claimed } = batch
      if (claimed === 0) return
      heldBack = Math.min(claimed - ended.length, MOST_HELD_BACK)
      tell(parts, batch)
      await releaseHeld(parts.store, ended)
      if (ended.length === 0) await pause(parts)
    }
  }
}

/** Null: the batch failed, and nothing of it was written; whoever is to blame waits now. */
function attempting(parts: WorkParts): (heldBack: number) => Promise<Batch | null> {
  const { lanes, closing, onFault } = parts
  /** After a batch that failed as a whole its messages go one by one, so that one of them answers for it. */
  let alone = 0
  return async (heldBack) => {
    try {
      const batch = await applyBatch(parts, (alone > 0 ? 1 : BATCH) + heldBack)
      alone = Math.max(0, alone - batch.ended.length)
      return batch
    } catch (fault) {
      onFault(fault instanceof MessageFault ? fault.cause : fault)
      if (fault instanceof MessageFault) lanes.failed(fault.sequence)
      else if (alone > 0 || closing.aborted) throw fault
      else alone = BATCH
      return null
    }
  }
}

function tell({ fresh, lanes, listeners, onEnd }: WorkParts, { ended }: Batch): void {
  for (const {
    entry: { sequence },
    outcome,
  } of ended) {
    fresh.forget(sequence)
    lanes.forget(sequence)
    onEnd(outcome)
    listeners.tell(sequence, outcome)
  }
}

/** Everything that is open waits: until the first may be tried again, or something else comes in. */
async function pause({ lanes, clock, rest, closing }: WorkParts): Promise<void> {
  const until = lanes.next()
  if (until === null || closing.aborted) return
  await rest.rest(Math.max(1, until - clock.now()), () => true)
}
