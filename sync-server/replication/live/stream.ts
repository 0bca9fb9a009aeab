import type { Clock, CollectionName, ErrorCode } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { StreamEvent } from '#app/protocol/index.ts'
import type { SignedIn } from '../../access/sessions/sessions.ts'
import type { Store, Written, WriteTransaction } from '../../store/contract.ts'
import { chooseReaders, pagesFor } from './live-pages.ts'
import type { PushedTogether, Showing } from './live-pages.ts'
import { Listeners } from './listeners.ts'
import type { Listener } from './listeners.ts'
import type { Audience } from '../push/push.ts'
import { epochOf, reachableCollections } from '../pull/reach.ts'

// The live stream: one connection a client, for all collections. It carries counters, and what small pushes leave
// (live-pages.ts); a replica that is behind pulls. A connection that lost an event is healed by the next one, or by the
// pull it makes when it connects.

export type Connection = {
  send(event: StreamEvent): void
  /** Nothing that was sent waits any more: documents never pile up for who does not read. */
  isIdle(): boolean
  /** Ends the connection from the server's side. */
  end(): void
  /** Who it is, as of now. Throws `access.session`, `access.revoked`. */
  signedIn(): Promise<SignedIn>
}

type Open = {
  readonly connection: Connection
  /** Who it is and what they may, as of the last look: another one after each. */
  listener: Listener
  /** The numbers that it was told. */
  readonly told: Map<CollectionName, number>
}

const pingEvery = 20_000
/** Told before the stream ends: the client has to do something about it. */
const ending: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'access.revoked',
  'access.wiped',
  'replica.copied',
])

export class StreamHub implements Audience {
  private readonly store: Store
  private readonly clock: Clock
  private readonly connections = new Set<Open>()
  private readonly listeners = new Listeners()
  private readonly moved = new Map<CollectionName, number>()
  private readonly unsubscribe: () => void
  private readonly timer: NodeJS.Timeout
  private flushing: NodeJS.Immediate | null = null
  private looking = false
  private lookWanted = false

  constructor(store: Store, clock: Clock) {
    this.store = store
    this.clock = clock
    this.unsubscribe = store.onChange((change) => {
      if (change.type === 'access') void this.lookAgain()
      if (change.type === 'documents') this.note(change.collection, change.seq)
    })
    this.timer = setInterval(() => void this.ping(), pingEvery)
    this.timer.unref()
  }

  /** Adds a connection and tells it where the counters stand. Returns the function that removes it. */
  async open(connection: Connection): Promise<() => void> {
    // The number is read before the rights, so that they are never older than it says.
    const listener = await this.look(connection, await this.store.access.number())
    const open: Open = { connection, listener, told: new Map() }
    this.connections.add(open)
    this.listeners.add(listener)
    const heads = await this.store.snapshot((read) => read.heads())
    const told = listener.collections.map((collection) => [collection, heads[collection].seq] as const)
    for (const [collection, seq] of told) open.told.set(collection, seq)
    connection.send({ type: 'heads', epoch: listener.epoch, heads: Object.fromEntries(told) })
    // What changed while the connection was being opened.
    await this.lookAgainAt(open, await this.store.access.number())
    return () => this.letGo(open)
  }

  choose(tx: WriteTransaction, pushed: PushedTogether): Promise<Showing> {
    return chooseReaders(tx, pushed, this.listeners)
  }

  /**
   * Who missed something before, or has not read what was sent, gets no page but hears of the number, as ever. Whoever is
   * shown a document does not wait until all others have heard that there is none for them.
   */
  show(showing: Showing, written: readonly Written[]): void {
    if (showing.rightsAt === null) return
    const seesSome = ({ listener }: Open) => (showing.shown.get(listener) ?? []).length > 0
    const all = [...this.connections]
    const inTurn = [...all.filter(seesSome), ...all.filter((open) => !seesSome(open))]
    for (const { connection, listener, told } of inTurn) {
      if (!connection.isIdle() || !this.listeners.wasHereAt(listener, showing.arrivals)) continue
      for (const page of pagesFor(showing, written, listener)) {
        if (told.get(page.collection) !== page.after) continue
        told.set(page.collection, page.seq)
        connection.send(page)
      }
    }
  }

  get size(): number {
    return this.connections.size
  }

  close(): void {
    this.unsubscribe()
    clearInterval(this.timer)
    if (this.flushing !== null) clearImmediate(this.flushing)
    for (const { connection } of this.connections) connection.end()
    this.connections.clear()
  }

  private note(collection: CollectionName, seq: number): void {
    this.moved.set(collection, Math.max(seq, this.moved.get(collection) ?? 0))
    this.flushing ??= setImmediate(() => this.flush())
  }

  private flush(): void {
    this.flushing = null
    const moved = [...this.moved]
    this.moved.clear()
    for (const { connection, listener, told } of this.connections) {
      const news = moved.filter(
        ([collection, seq]) =>
          listener.collections.includes(collection) && seq > (told.get(collection) ?? -1),
      )
      for (const [collection, seq] of news) told.set(collection, seq)
      if (news.length > 0)
        connection.send({ type: 'heads', epoch: listener.epoch, heads: Object.fromEntries(news) })
    }
  }

  private async ping(): Promise<void> {
    for (const { connection } of this.connections) connection.send({ type: 'ping', at: instant(this.clock) })
    // Grants and sessions also end by the clock, which wakes nobody.
    await this.lookAgain()
  }

  /** One round at a time; what happens meanwhile is seen by the next. */
  private async lookAgain(): Promise<void> {
    this.lookWanted = true
    if (this.looking) return
    this.looking = true
    while (this.lookWanted) {
      this.lookWanted = false
      // While the number can't be read nobody is shown anything, and who can't be recognised is let go below.
      const rightsAt = await this.store.access.number().catch(() => -1)
      await Promise.all([...this.connections].map((open) => this.lookAgainAt(open, rightsAt)))
    }
    this.looking = false
  }

  private async lookAgainAt(open: Open, rightsAt: number): Promise<void> {
    const { connection } = open
    try {
      const { epoch } = open.listener
      const listener = await this.look(connection, rightsAt)
      if (!this.connections.has(open)) return
      this.listeners.remove(open.listener)
      this.listeners.add(listener)
      open.listener = listener
      if (epoch !== open.listener.epoch) connection.send({ type: 'resync', epoch: open.listener.epoch })
    } catch (thrown) {
      // Whatever went wrong, who can't be recognised gets no more events.
      if (thrown instanceof AppError && ending.has(thrown.code)) {
        connection.send({ type: 'revoked', code: thrown.code })
      }
      this.letGo(open)
      connection.end()
    }
  }

  private letGo(open: Open): void {
    this.connections.delete(open)
    this.listeners.remove(open.listener)
  }

  private async look(connection: Connection, rightsAt: number): Promise<Listener> {
    const who = await connection.signedIn()
    const identity = await this.store.identity()
    if (identity === null) throw new Error('a stream before the organisation')
    const at = instant(this.clock)
    const epoch = epochOf(who.subject, identity.incarnation, at)
    return { ...who, epoch, collections: reachableCollections(who.subject, at), rightsAt }
  }
}
