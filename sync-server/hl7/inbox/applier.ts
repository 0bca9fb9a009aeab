import { setTimeout as wait } from 'node:timers/promises'
import type { InboxEntry, InboxOutcome } from '../../store/contract.ts'
import type { FeedBook } from '../feed-book.ts'
import { applyMessage, giveUp } from './apply.ts'
import type { ApplyParts } from './apply.ts'

// Works the inbox off in the order of receipt, one message after the other. What a crash left open is found at the next
// start; since a message and its entry go in one commit, it is applied exactly once.

export type Applier = {
  /** Something came in, or was reopened. */
  wake(): void
  /** How an entry ended; waits while it is open and this applier runs. */
  ended(sequence: number): Promise<InboxOutcome | null>
  /** Resolves when nothing is open any more. */
  idle(): Promise<void>
  /** Finishes the message in hand. */
  close(): Promise<void>
}

export type ApplierParts = ApplyParts & {
  readonly feeds: FeedBook
  readonly onEnd: (entry: InboxEntry, outcome: InboxOutcome) => void
  readonly onFault: (fault: unknown) => void
}

function outcomeOf(entry: InboxEntry, outcome: InboxOutcome['outcome']): InboxOutcome {
  const { code, facts, closedAt, receivedAt } = entry
  return { outcome, ...(code === null ? {} : { code }), facts, at: closedAt ?? receivedAt }
}

const PAGE = 64
const ATTEMPTS = 3

export function startApplier(parts: ApplierParts): Applier {
  const { store, feeds, onEnd, onFault } = parts
  const waiting = new Map<number, Set<(outcome: InboxOutcome | null) => void>>()
  const whenClosed = new AbortController()
  let running: Promise<void> | null = null
  let again = false

  async function applyOne(entry: InboxEntry): Promise<void> {
    const outcome = await attempt(entry)
    if (outcome !== null) onEnd(entry, outcome)
    for (const tell of waiting.get(entry.sequence) ?? []) tell(outcome)
    waiting.delete(entry.sequence)
  }

  async function attempt(entry: InboxEntry): Promise<InboxOutcome | null> {
    for (let count = 1; count <= ATTEMPTS; count += 1) {
      try {
        return await applyMessage(parts, entry, feeds.byId(entry.feedId))
      } catch (fault) {
        onFault(fault)
        if (whenClosed.signal.aborted) throw fault
        await wait(50 * count)
      }
    }
    return giveUp(parts, entry)
  }

  async function workOff(): Promise<void> {
    let after = 0
    while (!whenClosed.signal.aborted) {
      const page = await store.inbox.next({ after, limit: PAGE })
      if (page.length === 0) return
      for (const entry of page) {
        if (whenClosed.signal.aborted) return
        await applyOne(entry)
        after = entry.sequence
      }
    }
  }

  /** A store that fails is tried again later: nothing is lost, what is open stays open. */
  async function run(): Promise<void> {
    do {
      again = false
      try {
        await workOff()
      } catch (fault) {
        onFault(fault)
        again = true
        await wait(1_000, undefined, { signal: whenClosed.signal }).catch(() => undefined)
      }
    } while (again && !whenClosed.signal.aborted)
    running = null
  }

  function wake(): void {
    again = true
    if (!whenClosed.signal.aborted) running ??= run()
  }

  const unsubscribe = store.onChange((change) => {
    if (change.type === 'inbox') wake()
  })
  wake()

  return {
    wake,
    async ended(sequence) {
      const { promise, resolve } = Promise.withResolvers<InboxOutcome | null>()
      const own = waiting.get(sequence) ?? new Set()
      waiting.set(sequence, own.add(resolve))
      // It may have ended before anybody asked.
      const entry = await store.inbox.entry(sequence)
      const over = entry !== null && entry.state !== 'open' ? outcomeOf(entry, entry.state) : null
      if (over === null && !whenClosed.signal.aborted) return promise
      own.delete(resolve)
      if (own.size === 0) waiting.delete(sequence)
      return over
    },
    async idle() {
      while (running !== null) await running
    },
    async close() {
      whenClosed.abort()
      unsubscribe()
      await running
      for (const tellers of waiting.values()) for (const tell of tellers) tell(null)
    },
  }
}
