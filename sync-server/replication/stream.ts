import type { Clock, CollectionName, ErrorCode } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { StreamEvent } from '#app/protocol/index.ts'
import type { SignedIn } from '../access/sessions.ts'
import type { Store } from '../store/contract.ts'
import { epochOf, reachableCollections } from './reach.ts'

// The live stream: one connection a client, for all collections. It carries counters, never documents; a replica that
// is behind pulls. A connection that lost an event is healed by the next one, or by the pull it makes when it connects.

export type Connection = {
  send(event: StreamEvent): void
  /** Ends the connection from the server's side. */
  end(): void
  /** Who it is, as of now. Throws `access.session`, `access.revoked`. */
  signedIn(): Promise<SignedIn>
}

type Open = Connection & { epoch: string; collections: readonly CollectionName[] }

const pingEvery = 20_000
/** Told before the stream ends: the client has to do something about it. */
const ending: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'access.revoked',
  'access.wiped',
  'replica.copied',
])

export class StreamHub {
  private readonly store: Store
  private readonly clock: Clock
  private readonly connections = new Set<Open>()
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
    const open: Open = { ...connection, epoch: '', collections: [] }
    Object.assign(open, await this.standing(await connection.signedIn()))
    this.connections.add(open)
    const heads = await this.store.snapshot((read) => read.heads())
    open.send({
      type: 'heads',
      epoch: open.epoch,
      heads: Object.fromEntries(open.collections.map((collection) => [collection, heads[collection].seq])),
    })
    // What changed while the connection was being opened.
    await this.lookAgainAt(open)
    return () => void this.connections.delete(open)
  }

  get size(): number {
    return this.connections.size
  }

  close(): void {
    this.unsubscribe()
    clearInterval(this.timer)
    if (this.flushing !== null) clearImmediate(this.flushing)
    for (const connection of this.connections) connection.end()
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
    for (const { epoch, collections, send } of this.connections) {
      const heads = Object.fromEntries(moved.filter(([collection]) => collections.includes(collection)))
      if (Object.keys(heads).length > 0) send({ type: 'heads', epoch, heads })
    }
  }

  private async ping(): Promise<void> {
    for (const { send } of this.connections) send({ type: 'ping', at: instant(this.clock) })
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
      await Promise.all([...this.connections].map((open) => this.lookAgainAt(open)))
    }
    this.looking = false
  }

  private async lookAgainAt(open: Open): Promise<void> {
    try {
      const { epoch, collections } = await this.standing(await open.signedIn())
      if (epoch === open.epoch) return
      open.epoch = epoch
      open.collections = collections
      open.send({ type: 'resync', epoch })
    } catch (thrown) {
      // Whatever went wrong, who can't be recognised gets no more events.
      if (thrown instanceof AppError && ending.has(thrown.code)) {
        open.send({ type: 'revoked', code: thrown.code })
      }
      this.connections.delete(open)
      open.end()
    }
  }

  private async standing({ subject }: SignedIn): Promise<Pick<Open, 'epoch' | 'collections'>> {
    const identity = await this.store.identity()
    if (identity === null) throw new Error('a stream before the organisation')
    const at = instant(this.clock)
    return {
      epoch: epochOf(subject, identity.incarnation, at),
      collections: reachableCollections(subject, at),
    }
  }
}
