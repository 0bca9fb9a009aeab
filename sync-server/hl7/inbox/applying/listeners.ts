import type { InboxEntry, InboxOutcome, Store } from '../../../store/contract.ts'

/** Who waits for the end of an entry: senders that asked for an application acknowledgement. */
export type EndListeners = {
  readonly isAny: boolean
  /** How an entry ended; null where it is open and nobody works any more. */
  ended(sequence: number): Promise<InboxOutcome | null>
  tell(sequence: number, outcome: InboxOutcome): void
  /** Nobody works any more. */
  close(): void
}

export function openEndListeners(inbox: Pick<Store['inbox'], 'entry'>, onWait: () => void): EndListeners {
  const waiting = new Map<number, Set<(outcome: InboxOutcome | null) => void>>()
  let isClosed = false
  return {
    get isAny() {
      return waiting.size > 0
    },
    async ended(sequence) {
      const { promise, resolve } = Promise.withResolvers<InboxOutcome | null>()
      const own = waiting.get(sequence) ?? new Set()
      waiting.set(sequence, own.add(resolve))
      onWait()
      // It may have ended before anybody asked.
      const entry = await inbox.entry(sequence)
      const over = entry !== null && entry.state !== 'open' ? outcomeOf(entry, entry.state) : null
      if (over === null && !isClosed) return promise
      own.delete(resolve)
      if (own.size === 0) waiting.delete(sequence)
      return over
    },
    tell(sequence, outcome) {
      for (const teller of waiting.get(sequence) ?? []) teller(outcome)
      waiting.delete(sequence)
    },
    close() {
      isClosed = true
      for (const tellers of waiting.values()) for (const tell of tellers) tell(null)
    },
  }
}

function outcomeOf(entry: InboxEntry, outcome: InboxOutcome['outcome']): InboxOutcome {
  const { code, facts, closedAt, receivedAt } = entry
  return { outcome, ...(code === null ? {} : { code }), facts, at: closedAt ?? receivedAt }
}
