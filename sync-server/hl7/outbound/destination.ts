import { setTimeout as wait } from 'node:timers/promises'
import { instant, newId } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import type { Outgoing, Store } from '../../store/contract.ts'
import type { Carrier } from './carrier.ts'

// Works off the queue of one destination in its order. One process sends at a time: it holds the destination, and lets go
// when nothing is due. How what is due is sent, and what settles it, is its carrier's.

export type DestinationParts = {
  readonly store: Pick<Store, 'outbox' | 'dialect'>
  readonly clock: Clock
  /** Between tries of a destination that does not answer: from the first to the longest, doubled each time. */
  readonly pause: { readonly first: number; readonly most: number }
  onFault(fault: unknown): void
}

/** Beside the time that sending may take. */
const HOLD_MILLISECONDS = 15_000
const ELSEWHERE_MILLISECONDS = 5_000
const IDLE_MILLISECONDS = 30_000
/** How long closing waits for an answer. */
const GRACE_MILLISECONDS = 5_000

export class Destination {
  readonly #parts: DestinationParts
  readonly #carrier: Carrier
  readonly #holder = newId()
  readonly #closed = new AbortController()
  readonly #running: Promise<void>
  #nudge = new AbortController()
  #heldUntil = 0
  /** Since the last answer; null before the first try of this process: what an earlier one noted may still stand. */
  #failures: number | null = null

  constructor(parts: DestinationParts, carrier: Carrier) {
    this.#parts = parts
    this.#carrier = carrier
    this.#running = this.#begin().then(() => this.#run())
  }

  /** Something is due, or was put back. */
  wake(): void {
    this.#nudge.abort()
  }

  /** Waits for the answer that is under way, though not for ever. */
  async close(): Promise<void> {
    this.#closed.abort()
    const grace = setTimeout(() => this.#carrier.hangUp(), GRACE_MILLISECONDS)
    await this.#running
    clearTimeout(grace)
  }

  /** A SQLite file belongs to one process: who held the destination was killed. On PostgreSQL its time must run out. */
  async #begin(): Promise<void> {
    const { store, onFault } = this.#parts
    if (store.dialect === 'sqlite') await store.outbox.release(this.#carrier.to, null).catch(onFault)
  }

  async #run(): Promise<void> {
    const { onFault, pause } = this.#parts
    while (!this.#closed.signal.aborted) {
      await this.#turn().catch(async (fault: unknown) => {
        onFault(fault)
        await this.#rest(pause.first)
      })
    }
    this.#carrier.hangUp()
    await this.#letGo().catch(onFault)
  }

  async #turn(): Promise<void> {
    // Made before the queue is read: what comes in while it is read cuts the rest short.
    this.#nudge = new AbortController()
    const longest = this.#carrier.longest()
    if (longest === null || (await this.#due()).length === 0) await this.#idle()
    else if (!(await this.#carrier.mayGo())) await this.#forbidden()
    else if (await this.#hold(longest)) await this.#sendNext()
    else await this.#rest(ELSEWHERE_MILLISECONDS)
  }

  #due(): Promise<readonly Outgoing[]> {
    const { to, most } = this.#carrier
    return this.#parts.store.outbox.due(to, most)
  }

  /** What is due waits. That it may go again is told by nobody: it is looked for. */
  async #forbidden(): Promise<void> {
    const { signal } = this.#nudge
    this.#carrier.hangUp()
    await this.#letGo()
    await this.#rest(this.#parts.pause.first, signal)
  }

  async #idle(): Promise<void> {
    const { signal } = this.#nudge
    await this.#letGo()
    await this.#rest(IDLE_MILLISECONDS, signal)
    if (!signal.aborted) this.#carrier.hangUp()
  }

  async #letGo(): Promise<void> {
    if (this.#heldUntil > 0) await this.#parts.store.outbox.release(this.#carrier.to, this.#holder)
    this.#heldUntil = 0
  }

  /** Until the time is over, the end, or a nudge. */
  async #rest(milliseconds: number, nudge?: AbortSignal): Promise<void> {
    const { signal } = this.#closed
    const until = nudge === undefined ? signal : AbortSignal.any([signal, nudge])
    await wait(milliseconds, undefined, { signal: until }).catch(() => undefined)
  }

  /** Holds the destination for at least as long as sending may take. */
  async #hold(longest: number): Promise<boolean> {
    const { store, clock } = this.#parts
    const now = clock.now()
    if (this.#heldUntil - now > longest) return true
    const until = now + longest + HOLD_MILLISECONDS
    const held = await store.outbox.hold(this.#carrier.to, this.#holder, isoOf(now), isoOf(until))
    this.#heldUntil = held ? until : 0
    return held
  }

  /** The queue is read again by whoever holds it: another process may have sent what was due a moment ago. */
  async #sendNext(): Promise<void> {
    const { store, clock, pause } = this.#parts
    const sent = await this.#carrier.send(await this.#due())
    if (sent === 'untried') return
    const failure = sent === 'sent' ? null : sent.failure
    if (failure !== null && this.#closed.signal.aborted) return
    // Who had answered before needs no note of it again.
    if (failure !== null || this.#failures !== 0)
      await store.outbox.tried(this.#carrier.to, instant(clock), failure)
    this.#failures = failure === null ? 0 : (this.#failures ?? 0) + 1
    if (failure !== null) await this.#rest(Math.min(pause.most, pause.first * 2 ** (this.#failures - 1)))
  }
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
