import { replicateRxCollection } from 'rxdb/plugins/replication'
import type { RxReplicationState } from 'rxdb/plugins/replication'
import { filter, firstValueFrom, Subscription } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import { PULL_LIMIT, PUSH_LIMIT } from '#app/protocol/index.ts'
import type { Checkpoint, StreamEvent } from '#app/protocol/index.ts'
import type { SyncPhase } from '../contract.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import { viewOf } from '../database/stored-document.ts'
import type { ReplicatedDocument, StoredDocument } from '../database/stored-document.ts'
import type { Environment } from '../environment.ts'
import type { SessionKeeper } from '../session/session.ts'
import { AnswerOrder } from './answer-order.ts'
import { Connection } from './connection.ts'
import { PriorityLane } from './priority-lane.ts'
import { pullHandler } from './pull-handler.ts'
import { PushGate } from './push-gate.ts'
import { pushHandler, pushModifier } from './push-handler.ts'
import type { Quarantine } from './quarantine.ts'
import { keepCheckpoint, knowHeld } from './server-states.ts'
import type { Protocol } from './server-states.ts'
import type { SyncMonitor } from './sync-monitor.ts'

type ReplicationOptions = {
  readonly database: ReplicaDatabase
  readonly session: SessionKeeper
  readonly quarantine: Quarantine
  readonly environment: Environment
  readonly monitor: SyncMonitor
  readonly authorOf: (document: StoredDocument) => Id
  /** Gives documents a new edit, so that they are pushed. */
  readonly ask: (collection: CollectionName, ids: readonly Id[]) => Promise<void>
  /** Pages were damaged: every collection is compared with the server. */
  readonly compareAnew: boolean
  /** How long RxDB waits before it asks a handler again that threw, in milliseconds. */
  readonly retryTime: number
}

type CollectionReplication = {
  /** A pull waits for the stream: it will ask by itself once that is open. */
  readonly isWaiting: () => boolean
  readonly name: CollectionName
  readonly order: AnswerOrder
  readonly state: RxReplicationState<ReplicatedDocument, Checkpoint>
}

/** Pages asked for at the same time, over all collections. */
const PULLS_AT_ONCE = 2

/** The replication of all collections of one open replica, over one connection and one push gate. */
export class Replication {
  readonly #options: ReplicationOptions
  readonly #connection: Connection
  readonly #gate: PushGate
  readonly #lane = new PriorityLane(PULLS_AT_ONCE)
  readonly #collections: readonly CollectionReplication[]
  readonly #subscriptions = new Subscription()
  #stopped = false

  constructor(options: ReplicationOptions) {
    const { database, session, environment, monitor } = options
    this.#options = options
    this.#connection = new Connection({
      environment,
      openStream: (signal) => session.stream(signal),
      onPhase: (event) => this.#onPhase(event),
      onEvent: (event) => this.#onEvent(event),
      onFailure: (failure) => this.#onFailure(failure),
    })
    this.#gate = new PushGate({
      environment,
      authorOf: options.authorOf,
      refers: ({ collection, document }) =>
        moduleOfKind(collection, document.kind)?.refers(viewOf(document)) ?? [],
      find: (name, id) => (database.names.includes(name) ? found(database, name, id) : undefined),
      send: async (items) => (await session.call('push', { items: [...items] })).results,
      fetch: async (collection, id) => {
        const { documents } = await session.call('fetch', { collection, ids: [id] })
        return documents[0] ?? { id, rev: '', _deleted: true }
      },
    })
    this.#collections = database.names.map((name, rank) => this.#replicate(name, rank))
    for (const name of database.names) {
      this.#subscriptions.add(database.table(name).changes$.subscribe(() => this.#count()))
    }
    this.#subscriptions.add(options.quarantine.entries$.subscribe(() => this.#count()))
    monitor.event('lost')
  }

  async start(): Promise<void> {
    for (const { state } of this.#collections) await state.start()
    this.#connection.start()
  }

  /** Asks the server now: ends a pause, or compares every collection. Resolves when that has led somewhere. */
  async syncNow(): Promise<void> {
    const { monitor } = this.#options
    if (monitor.status().phase === 'offline') {
      this.#connection.wake()
      await firstValueFrom(monitor.status$.pipe(filter(({ phase }) => phase !== 'offline')), {
        defaultValue: null,
      })
    } else {
      monitor.compare()
      this.#compareAll()
    }
    const ends = monitor.status$.pipe(filter(({ phase }) => isEnd.has(phase)))
    await firstValueFrom(ends, { defaultValue: null })
  }

  /** The machine's network came or went. */
  networkChanged(online: boolean): void {
    if (online) this.#connection.wake()
    else this.#connection.drop()
  }

  /** Nothing is asked, pushed or written from here on. Resolves when RxDB has let go. */
  async stop(problem: AppError | null): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    const { monitor, session } = this.#options
    if (problem !== null) monitor.problem(problem)
    monitor.event('stop')
    this.#subscriptions.unsubscribe()
    const cancelled = this.#collections.map(({ state }) => cancel(state, problem))
    session.end()
    this.#connection.stop()
    this.#gate.stop()
    for (const { order } of this.#collections) order.stop()
    await Promise.allSettled(cancelled)
  }

  #replicate(name: CollectionName, rank: number): CollectionReplication {
    const { database, session, quarantine, environment, monitor, authorOf, ask, retryTime } = this.#options
    const table = database.table(name)
    const order = new AnswerOrder(table)
    const online = (): Promise<void> => this.#connection.online()
    let waiting = 0
    const onlineToPull = async (): Promise<void> => {
      waiting += 1
      await online().finally(() => (waiting -= 1))
    }
    const protocol = (): Protocol => {
      if (state.internalReplicationState === undefined) throw new AppError('replica.locked')
      return state.internalReplicationState
    }
    const pull = pullHandler({
      collection: name,
      table,
      order,
      online: onlineToPull,
      compareAnew: this.#options.compareAnew,
      pull: (request) => this.#lane.run(rank, () => session.call('pull', request)),
      ask: (ids) => ask(name, ids),
      knowHeld: (ids) => knowHeld(protocol(), table, ids),
      keepCheckpoint: (from, to) => keepCheckpoint(protocol(), from, to),
      onPage: (answer) => {
        monitor.pulled(name, answer)
        if (!answer.more) void protocol().streamQueue.down.then(() => this.#landed(name))
      },
      onUnreadable: (failure) => monitor.problem(failure),
    })
    const push = pushHandler({
      collection: name,
      gate: this.#gate,
      order,
      quarantine,
      clock: environment.clock,
      authorOf,
      online,
    })
    const state = replicateRxCollection<ReplicatedDocument, Checkpoint>({
      replicationIdentifier: 'rounds',
      collection: database.collection(name),
      live: true,
      autoStart: false,
      waitForLeadership: false,
      // A hidden window goes on; the synthetic mouse events that this brings are not trusted, idle timers see that.
      toggleOnDocumentVisible: false,
      retryTime,
      pull: {
        handler: (checkpoint, size) => this.#heeding(() => pull(checkpoint, size)),
        batchSize: PULL_LIMIT,
      },
      push: {
        handler: (rows) => this.#heeding(() => push(rows)),
        batchSize: PUSH_LIMIT,
        modifier: pushModifier,
      },
    })
    return { name, order, state, isWaiting: () => waiting > 0 }
  }

  /** Passes a handler's failure on to those who decide what it means; RxDB only learns to try again. */
  async #heeding<Result>(handle: () => Promise<Result>): Promise<Result> {
    try {
      return await handle()
    } catch (failure) {
      if (!this.#stopped) this.#onFailure(asAppError(failure))
      throw failure
    }
  }

  #onPhase(event: 'connect' | 'connected' | 'lost'): void {
    if (this.#stopped) return
    this.#options.monitor.event(event)
    if (event === 'connected') this.#compareAll()
  }

  #onEvent(event: StreamEvent): void {
    switch (event.type) {
      case 'heads':
        this.#onHeads(event.epoch, event.heads)
        break
      case 'resync':
        // The grants may have changed: the new session brings them, and the walk what they admit.
        void this.#heeding(() => this.#options.session.renew()).catch(() => undefined)
        this.#options.monitor.compare()
        this.#compareAll()
        break
      case 'revoked':
        void this.stop(new AppError('access.revoked'))
        break
      case 'ping':
        break
    }
  }

  #onHeads(epoch: string, heads: Partial<Record<CollectionName, number>>): void {
    for (const { name, state, isWaiting } of this.#collections) {
      const head = heads[name]
      if (head === undefined || !this.#options.monitor.heard(name, epoch, head)) continue
      if (!isWaiting()) state.reSync()
    }
  }

  #compareAll(): void {
    for (const { state, isWaiting } of this.#collections) if (!isWaiting()) state.reSync()
  }

  #onFailure(failure: AppError): void {
    if (failure.code === 'replica.locked') return
    if (failure.code === 'access.revoked') {
      void this.stop(failure)
      return
    }
    this.#options.monitor.problem(failure)
    // The line itself may be dead; opening it again finds out, with growing pauses.
    if (lineFailures.has(failure.code)) this.#connection.drop()
  }

  #count(): void {
    const { database, quarantine, monitor } = this.#options
    const pending = database.names.reduce((sum, name) => sum + database.table(name).pendingIds().size, 0)
    monitor.counted(pending, quarantine.entries().length)
  }

  #landed(name: CollectionName): void {
    if (!this.#stopped) this.#options.monitor.landed(name)
  }
}

function cancel(state: CollectionReplication['state'], problem: AppError | null): Promise<unknown> {
  // RxDB waits for its last checkpoint, which a failed disk will never take.
  const protocol = state.internalReplicationState
  if (problem?.code === 'replica.write-failed' && protocol !== undefined)
    protocol.checkpointQueue = Promise.resolve()
  return state.cancel()
}

const isEnd: ReadonlySet<SyncPhase> = new Set<SyncPhase>(['offline', 'done', 'stopped'])

const lineFailures: ReadonlySet<string> = new Set([
  'network.unreachable',
  'server.maintenance',
  'protocol.version',
  'access.session',
  'access.signature',
  'access.throttled',
])

function found(database: ReplicaDatabase, name: CollectionName, id: Id): ReplicatedDocument | undefined {
  const table = database.table(name)
  return table.get(id) ?? table.tombstone(id)
}

function asAppError(failure: unknown): AppError {
  return failure instanceof AppError ? failure : new AppError('internal', {}, { cause: failure })
}
