import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '#app/kernel/index.ts'
import type { InboxEntry, InboxOutcome, NewMessage } from '../../../store/contract.ts'
import type { Header } from '../../header.ts'
import type { Message } from '../../parse/message.ts'
import type { Arrivals } from '../arrivals.ts'
import type { BatchParts } from './batch.ts'
import { keepFresh } from './fresh.ts'
import { openLanes } from './lanes.ts'
import { openEndListeners } from './listeners.ts'
import { openRest } from './rest.ts'
import { waitingOf } from './waiting.ts'
import { createWork } from './work-off.ts'

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
  /** Applying steps back while there are any. */
  readonly arrivals: Arrivals
  readonly onEnd: (outcome: InboxOutcome) => void
  readonly onFault: (fault: unknown) => void
}

const STORE_PAUSE_MILLISECONDS = 1_000

export function startApplier(parts: ApplierParts): Applier {
  const { store, clock } = parts
  const fresh = keepFresh()
  const rest = openRest()
  const listeners = openEndListeners({ store, onWait: () => rest.nudge(), onFault: parts.onFault })
  const whenClosed = new AbortController()
  const lanes = openLanes(() => clock.now())
  const workOff = createWork({ ...parts, fresh, lanes, listeners, rest, closing: whenClosed.signal })
  const running = runAgain(workOff, parts.onFault, whenClosed.signal)

  function wake(): void {
    rest.nudge()
    running.again()
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
    ended: (sequence) => listeners.ended(sequence),
    idle: () => running.over(),
    async close() {
      whenClosed.abort()
      rest.nudge()
      unsubscribe()
      await running.over()
      listeners.close()
    },
  }
}

type Running = {
  /** Runs once more, at once or after the run in hand. */
  again(): void
  over(): Promise<void>
}

/** A store that fails is tried again later: nothing is lost, what is open stays open. */
function runAgain(
  work: () => Promise<void>,
  onFault: (fault: unknown) => void,
  closing: AbortSignal,
): Running {
  let running: Promise<void> | null = null
  let again = false

  async function run(): Promise<void> {
    do {
      again = false
      try {
        await work()
      } catch (fault) {
        onFault(fault)
        again = true
        await wait(STORE_PAUSE_MILLISECONDS, undefined, { signal: closing }).catch(() => undefined)
      }
    } while (again && !closing.aborted)
    running = null
  }

  return {
    again() {
      again = true
      if (!closing.aborted) running ??= run()
    },
    async over() {
      while (running !== null) await running
    },
  }
}
