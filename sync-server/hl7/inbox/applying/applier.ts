import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '#app/kernel/index.ts'
import type { InboxEntry, InboxOutcome, NewMessage, Store } from '../../../store/contract.ts'
import type { Header } from '../../header.ts'
import type { Message } from '../../parse/message.ts'
import { applyBatch, MessageFault } from './batch.ts'
import type { Batch, BatchParts, Ended } from './batch.ts'
import { keepFresh } from './fresh.ts'
import { openLanes } from './lanes.ts'
import { waitingOf } from './waiting.ts'

// Works the inbox off in the order of receipt, a batch after the other. What a crash left open is found at the next start.

export type Applier = {
  /** Something came in, or was reopened. */
  wake(): void
  /** What was just kept, as it was read: it need not be read again. */
  offer(sequence: number, taken: Taken): void
  /** How an entry ended; waits while it is open and this applier runs. */
  ended(sequence: number): Promise<InboxOutcome | null>
  /** Resolves when nothing is open any more. */
  idle(): Promise<void>
  /** Finishes the batch in hand. */
  close(): Promise<void>
}

export type Taken = {
  readonly row: NewMessage
  readonly facts: InboxEntry['facts']
  readonly message: Message
  readonly header: Header
}

export type ApplierParts = Omit<BatchParts, 'fresh' | 'lanes'> & {
  readonly clock: Clock
  readonly onEnd: (outcome: InboxOutcome) => void
  readonly onFault: (fault: unknown) => void
}

/** The most messages of one commit: what others who write wait for. */
const BATCH = 64
const MOST_HELD_BACK = 4_096
/**
 * While messages stream in, a batch gathers for so long: what a commit costs is shared by more, and acknowledgements do
 * not wait for mapping. The first message after a rest goes at once, and so does one whose sender waits for it.
 */
const GATHER_MILLISECONDS = 10
const STORE_PAUSE_MILLISECONDS = 1_000

export function startApplier(parts: ApplierParts): Applier {
  const { store, clock, onEnd, onFault } = parts
  const fresh = keepFresh()
  const lanes = openLanes(() => clock.now())
  const batchParts: BatchParts = { ...parts, fresh, lanes }
  const waiting = new Map<number, Set<(outcome: InboxOutcome | null) => void>>()
  const whenClosed = new AbortController()
  let running: Promise<void> | null = null
  let again = false
  let nudge: () => void = () => undefined
  let lastBegun = -Infinity
  /** After a batch that failed as a whole its messages go one by one, so that one of them answers for it. */
  let alone = 0

  async function workOff(): Promise<void> {
    let heldBack = 0
    while (!whenClosed.signal.aborted) {
      await gather()
      const batch = await attempt((alone > 0 ? 1 : BATCH) + heldBack)
      if (batch === null) continue
      const { ended, claimed } = batch
      if (claimed === 0) return
      alone = Math.max(0, alone - ended.length)
      heldBack = Math.min(claimed - ended.length, MOST_HELD_BACK)
      for (const one of ended) tell(one)
      await releaseHeld(store, ended)
      if (ended.length === 0) await pause()
    }
  }

  async function gather(): Promise<void> {
    const isTime = (): boolean =>
      fresh.sequences.size >= BATCH || waiting.size > 0 || whenClosed.signal.aborted
    const rest = lastBegun + GATHER_MILLISECONDS - performance.now()
    if (rest > 0 && !isTime()) await rested(rest, isTime)
    lastBegun = performance.now()
  }

  /** Null: the batch failed, and nothing of it was written; whoever is to blame waits now. */
  async function attempt(limit: number): Promise<Batch | null> {
    try {
      return await applyBatch(batchParts, limit)
    } catch (fault) {
      onFault(fault instanceof MessageFault ? fault.cause : fault)
      if (fault instanceof MessageFault) lanes.failed(fault.sequence)
      else if (alone > 0 || whenClosed.signal.aborted) throw fault
      else alone = BATCH
      return null
    }
  }

  function tell({ entry: { sequence }, outcome }: Ended): void {
    fresh.forget(sequence)
    lanes.forget(sequence)
    onEnd(outcome)
    for (const teller of waiting.get(sequence) ?? []) teller(outcome)
    waiting.delete(sequence)
  }

  /** Everything that is open waits: until the first may be tried again, or something else comes in. */
  async function pause(): Promise<void> {
    const until = lanes.next()
    if (until === null || whenClosed.signal.aborted) return
    await rested(Math.max(1, until - clock.now()), () => true)
  }

  /** Until the time is over, or a nudge finds that it is time already. */
  async function rested(milliseconds: number, isTime: () => boolean): Promise<void> {
    const rest = new AbortController()
    nudge = () => {
      if (isTime()) rest.abort()
    }
    await wait(milliseconds, undefined, { signal: rest.signal }).catch(() => undefined)
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
        await wait(STORE_PAUSE_MILLISECONDS, undefined, { signal: whenClosed.signal }).catch(() => undefined)
      }
    } while (again && !whenClosed.signal.aborted)
    running = null
  }

  function wake(): void {
    again = true
    nudge()
    if (!whenClosed.signal.aborted) running ??= run()
  }

  const unsubscribe = store.onChange((change) => {
    if (change.type === 'inbox') wake()
  })
  wake()

  return {
    wake,
    offer(sequence, { row, facts, message, header }) {
      fresh.offer(sequence, { entry: waitingOf(row, sequence, facts), message, header })
    },
    async ended(sequence) {
      const { promise, resolve } = Promise.withResolvers<InboxOutcome | null>()
      const own = waiting.get(sequence) ?? new Set()
      waiting.set(sequence, own.add(resolve))
      nudge()
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
      nudge()
      unsubscribe()
      await running
      for (const tellers of waiting.values()) for (const tell of tellers) tell(null)
    },
  }
}

function outcomeOf(entry: InboxEntry, outcome: InboxOutcome['outcome']): InboxOutcome {
  const { code, facts, closedAt, receivedAt } = entry
  return { outcome, ...(code === null ? {} : { code }), facts, at: closedAt ?? receivedAt }
}

/** What waited for a dead letter is judged again once a person has seen to it. */
async function releaseHeld({ inbox }: Pick<Store, 'inbox'>, ended: readonly Ended[]): Promise<void> {
  const seenTo = ended.flatMap(({ entry, outcome }) => {
    if (outcome.outcome === 'dead') return []
    return [
      ...(entry.reopened > 0 ? [entry.sequence] : []),
      ...(entry.replays === null ? [] : [entry.replays]),
    ]
  })
  if (seenTo.length === 0) return
  const held = await inbox.list({ state: 'parked', code: 'hl7.held', limit: MOST_HELD_BACK })
  for (const { sequence, facts } of held.toReversed()) {
    if (seenTo.includes(Number(facts['behind']))) await inbox.reopen(sequence)
  }
}
