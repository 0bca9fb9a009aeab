import type { InboxOutcome, InboxSummary, Store } from '../../../store/contract.ts'

/** Who waits for the end of an entry: senders that asked for an application acknowledgement. */
export type EndListeners = {
  readonly isAny: boolean
  /** How an entry ended; null where it is open and nobody works any more. */
  ended(sequence: number): Promise<InboxOutcome | null>
  tell(sequence: number, outcome: InboxOutcome): void
  /** Nobody works any more. */
  close(): void
}

export type EndListenerParts = {
  readonly store: { readonly inbox: Pick<Store['inbox'], 'summaries'>; readonly dialect: Store['dialect'] }
  onWait(): void
  onFault(fault: unknown): void
}

/** What another process applies, it tells nobody: it is looked for while somebody waits. */
const LOOK_MILLISECONDS = 100

export function openEndListeners({
  store: { inbox, dialect },
  onWait,
  onFault,
}: EndListenerParts): EndListeners {
  const waiting = new Map<number, Set<(outcome: InboxOutcome | null) => void>>()
  let isClosed = false
  let looking: NodeJS.Timeout | null = null

  function tell(sequence: number, outcome: InboxOutcome): void {
    for (const teller of waiting.get(sequence) ?? []) teller(outcome)
    waiting.delete(sequence)
  }

  async function look(): Promise<void> {
    for (const summary of await inbox.summaries([...waiting.keys()])) {
      const over = outcomeOf(summary)
      if (over !== null) tell(summary.sequence, over)
    }
  }

  function lookLater(): void {
    if (dialect === 'sqlite' || isClosed || waiting.size === 0) return
    looking ??= setTimeout(() => {
      look()
        .catch(onFault)
        .finally(() => {
          looking = null
          lookLater()
        })
    }, LOOK_MILLISECONDS)
  }

  return {
    get isAny() {
      return waiting.size > 0
    },
    async ended(sequence) {
      const { promise, resolve } = Promise.withResolvers<InboxOutcome | null>()
      const own = waiting.get(sequence) ?? new Set()
      waiting.set(sequence, own.add(resolve))
      onWait()
      lookLater()
      // It may have ended before anybody asked.
      const [summary] = await inbox.summaries([sequence])
      const over = summary === undefined ? null : outcomeOf(summary)
      if (over === null && !isClosed) return promise
      own.delete(resolve)
      if (own.size === 0) waiting.delete(sequence)
      return over
    },
    tell,
    close() {
      isClosed = true
      if (looking !== null) clearTimeout(looking)
      for (const tellers of waiting.values()) for (const tell of tellers) tell(null)
    },
  }
}

/** Null while it is open. */
function outcomeOf({ state, code, facts, closedAt, receivedAt }: InboxSummary): InboxOutcome | null {
  if (state === 'open') return null
  return { outcome: state, ...(code === null ? {} : { code }), facts, at: closedAt ?? receivedAt }
}
