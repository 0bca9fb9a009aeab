import { setTimeout as wait } from 'node:timers/promises'
import { instant, newId } from '#app/kernel/index.ts'
import type { Clock, ErrorCode, Id } from '#app/kernel/index.ts'
import { agreementInForce } from '../../access/agreements/in-force.ts'
import type { Outgoing, Store, StoredAgreement } from '../../store/contract.ts'
import type { FeedBook } from '../feed-book.ts'
import type { SendingFeed } from '../feed-config.ts'
import { isLoopback } from '../../tls/index.ts'
import { answerTo } from './answer.ts'
import type { Answer } from './answer.ts'
import { openConnection } from './connection.ts'
import type { Connection, SendIdentity } from './connection.ts'
import { mayHear } from './telling.ts'
import { PURPOSE, withhold } from './withhold.ts'

// Works off the queue of one destination, a message at a time in the order of the queue. Invariants:
//
// - A message leaves the queue only when its own answer says so, or a person does; until then it is sent again, with the same
//   bytes and the same MSH-10.
// - Before its bytes go out, an agreement holds, nothing its patient said forbids it, and the audit says to whom it goes.
// - One process sends at a time: it holds the destination, and lets go when nothing is due.

export type DestinationParts = {
  readonly store: Pick<Store, 'outbox' | 'integrations' | 'transaction' | 'snapshot' | 'dialect'>
  readonly feeds: Pick<FeedBook, 'sending'>
  readonly clock: Clock
  readonly identity: SendIdentity
  /** Where messages go without TLS. */
  readonly plain: 'loopback' | 'anywhere'
  /** Between tries of a destination that does not answer: from the first to the longest, doubled each time. */
  readonly pause: { readonly first: number; readonly most: number }
  onFault(fault: unknown): void
}

const SECOND = 1_000
const CONNECT_MILLISECONDS = 10 * SECOND
/** Beside the time that an answer may take. */
const HOLD_MILLISECONDS = 15 * SECOND
const ELSEWHERE_MILLISECONDS = 5 * SECOND
const IDLE_MILLISECONDS = 30 * SECOND
/** How long closing waits for an answer. */
const GRACE_MILLISECONDS = 5 * SECOND

export class Destination {
  readonly #parts: DestinationParts
  readonly #feedId: Id
  readonly #holder = newId()
  readonly #closed = new AbortController()
  readonly #running: Promise<void>
  #nudge = new AbortController()
  #connection: Connection | null = null
  #heldUntil = 0
  /** Since the last answer; null before the first try of this process: what an earlier one noted may still stand. */
  #failures: number | null = null

  constructor(parts: DestinationParts, feedId: Id) {
    this.#parts = parts
    this.#feedId = feedId
    this.#running = this.#begin().then(() => this.#run())
  }

  /** Something is due, or was put back. */
  wake(): void {
    this.#nudge.abort()
  }

  /** Waits for the answer that is under way, though not for ever. */
  async close(): Promise<void> {
    this.#closed.abort()
    const grace = setTimeout(() => this.#connection?.close(), GRACE_MILLISECONDS)
    await this.#running
    clearTimeout(grace)
  }

  /** A SQLite file belongs to one process: who held the destination was killed. On PostgreSQL its time must run out. */
  async #begin(): Promise<void> {
    const { store, onFault } = this.#parts
    if (store.dialect === 'sqlite') await store.outbox.release(this.#feedId, null).catch(onFault)
  }

  async #run(): Promise<void> {
    const { onFault, pause } = this.#parts
    while (!this.#closed.signal.aborted) {
      await this.#turn().catch(async (fault: unknown) => {
        onFault(fault)
        await this.#rest(pause.first)
      })
    }
    this.#connection?.close()
    await this.#letGo().catch(onFault)
  }

  async #turn(): Promise<void> {
    // Made before the queue is read: what comes in while it is read cuts the rest short.
    this.#nudge = new AbortController()
    const feed = this.#parts.feeds.sending().find(({ id }) => id === this.#feedId)
    if (feed === undefined || (await this.#due()) === undefined) await this.#idle()
    else if ((await this.#agreement(feed)) === null) await this.#unagreed()
    else if (await this.#hold(feed)) await this.#sendNext(feed)
    else await this.#rest(ELSEWHERE_MILLISECONDS)
  }

  async #due(): Promise<Outgoing | undefined> {
    return (await this.#parts.store.outbox.due(this.#feedId, 1))[0]
  }

  async #agreement({ settings: { send } }: SendingFeed): Promise<StoredAgreement | null> {
    const { store, clock } = this.#parts
    return agreementInForce(store, send.agreementId, instant(clock))
  }

  /** What is due waits. That an agreement begins is told by nobody: it is looked for again. */
  async #unagreed(): Promise<void> {
    const { signal } = this.#nudge
    this.#connection?.close()
    await this.#letGo()
    await this.#rest(this.#parts.pause.first, signal)
  }

  async #idle(): Promise<void> {
    const { signal } = this.#nudge
    await this.#letGo()
    await this.#rest(IDLE_MILLISECONDS, signal)
    if (!signal.aborted) this.#connection?.close()
  }

  async #letGo(): Promise<void> {
    if (this.#heldUntil > 0) await this.#parts.store.outbox.release(this.#feedId, this.#holder)
    this.#heldUntil = 0
  }

  /** Until the time is over, the end, or a nudge. */
  async #rest(milliseconds: number, nudge?: AbortSignal): Promise<void> {
    const { signal } = this.#closed
    const until = nudge === undefined ? signal : AbortSignal.any([signal, nudge])
    await wait(milliseconds, undefined, { signal: until }).catch(() => undefined)
  }

  /** Holds the destination for at least as long as a message may take. */
  async #hold({ settings: { send } }: SendingFeed): Promise<boolean> {
    const { store, clock } = this.#parts
    const now = clock.now()
    const needed = send.answerSeconds * SECOND + CONNECT_MILLISECONDS
    if (this.#heldUntil - now > needed) return true
    const until = now + needed + HOLD_MILLISECONDS
    const held = await store.outbox.hold(this.#feedId, this.#holder, isoOf(now), isoOf(until))
    this.#heldUntil = held ? until : 0
    return held
  }

  /** The queue is read again by whoever holds it: another process may have sent what was due a moment ago. */
  async #sendNext(feed: SendingFeed): Promise<void> {
    const { store, clock, pause } = this.#parts
    const message = await this.#due()
    if (message === undefined || (await withhold(store, message, instant(clock)))) return
    const failure = await this.#send(feed, message)
    if (failure !== null && this.#closed.signal.aborted) return
    // Who had answered before needs no note of it again.
    if (failure !== null || this.#failures !== 0)
      await store.outbox.tried(this.#feedId, instant(clock), failure)
    this.#failures = failure === null ? 0 : (this.#failures ?? 0) + 1
    if (failure !== null) await this.#rest(Math.min(pause.most, pause.first * 2 ** (this.#failures - 1)))
  }

  /** Null: it was answered. Otherwise why it was not; it stays in the queue. */
  async #send(feed: SendingFeed, message: Outgoing): Promise<ErrorCode | null> {
    const { plain } = this.#parts
    const { send } = feed.settings
    if (!send.tls && plain !== 'anywhere' && !isLoopback(send.host)) return 'hl7.destination-plain'
    const connection = await this.#connected(feed)
    if (connection === null) return 'hl7.destination-unreachable'
    if (!(await this.#disclose(feed, message))) return null
    let others = 0
    const answer = await connection.ask(Buffer.from(message.raw), send.answerSeconds * SECOND, (frame) => {
      const own = answerTo(message.controlId, frame)
      if (own === null) others += 1
      return own
    })
    if (answer === null) return others > 0 ? 'hl7.destination-mismatch' : 'hl7.destination-silent'
    await this.#answered(message, answer)
    return null
  }

  /**
   * Written down before it goes out. False where the agreement has ended since: it waits; or where the patient was marked
   * since it was queued: it ends without being sent.
   */
  async #disclose(feed: SendingFeed, message: Outgoing): Promise<boolean> {
    const { store, clock } = this.#parts
    const { sequence, subject } = message
    const agreement = await this.#agreement(feed)
    if (agreement === null) return false
    const { result } = await store.transaction(async (tx) => {
      const at = instant(clock)
      const [patient] = await tx.look([{ collection: 'patients', id: subject }])
      const isTold = patient === undefined || mayHear(feed.settings.send, patient.body.doc)
      if (isTold) {
        tx.stage({ type: 'sending', sequence })
        tx.stage({ type: 'audit', ...disclosure(message, agreement, at) })
      } else {
        tx.stage({
          type: 'close-outgoing',
          sequence,
          at,
          state: 'refused',
          code: 'hl7.destination-sensitive',
        })
      }
      return isTold
    })
    return result
  }

  async #connected({ settings: { send } }: SendingFeed): Promise<Connection | null> {
    if (this.#connection?.isOpen() === true) return this.#connection
    const { host, port, tls } = send
    const place = { host, port, tls: tls ? this.#parts.identity : null }
    this.#connection = await openConnection(place, CONNECT_MILLISECONDS).catch(() => null)
    return this.#connection
  }

  async #answered({ sequence }: Outgoing, { accepted, code, condition }: Answer): Promise<void> {
    const { store, clock } = this.#parts
    const facts = { answer: code, ...(condition === '' ? {} : { condition }) }
    const end = accepted
      ? ({ state: 'accepted', facts } as const)
      : ({ state: 'refused', code: 'hl7.destination-refused', facts } as const)
    await store.transaction(async (tx) =>
      tx.stage({ type: 'close-outgoing', sequence, at: instant(clock), ...end }),
    )
  }
}

/** What leaves is a disclosure, whether it is answered or not: to which partner, on what ground, under which number, of whom. */
function disclosure(
  { feedId, subject, controlId, messageType }: Outgoing,
  { id: agreement }: StoredAgreement,
  at: string,
) {
  return {
    at,
    actor: 'server',
    action: 'disclose',
    collection: 'patients',
    ids: [subject],
    purpose: PURPOSE,
    outcome: 'sent',
    facts: { recipient: feedId, agreement, by: 'hl7', message: controlId, type: messageType },
  } as const
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
