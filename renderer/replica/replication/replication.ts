import { filter, firstValueFrom } from 'rxjs'
import { AppError, asAppError, serverAway } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { ReplicaPlace, StreamEvent } from '#app/protocol/index.ts'
import type { SyncPhase } from '../contract.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import { viewOf } from '../database/stored-document.ts'
import type { ReplicatedDocument, StoredDocument } from '../database/stored-document.ts'
import type { Environment } from '../environment.ts'
import type { SessionKeeper } from '../session/session.ts'
import { replicateCollection } from './collection-replication.ts'
import type { CollectionReplication } from './collection-replication.ts'
import { Connection } from './connection.ts'
import { HeadStart } from './head-start.ts'
import { PriorityLane } from './priority-lane.ts'
import { PushGate } from './push-gate.ts'
import type { Quarantine } from './quarantine.ts'
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
  /** Where this copy stands: told with every push. */
  readonly place: () => Promise<ReplicaPlace>
  /** How long RxDB waits before it asks a handler again that threw, in milliseconds. */
  readonly retryTime: number
}

/** Pages asked for at the same time, over all collections. */
const PULLS_AT_ONCE = 2
/** Before the first collection. */
const AHEAD = -1

/** The replication of all collections of one open replica, over one connection and one push gate. */
export class Replication {
  readonly #options: ReplicationOptions
  readonly #connection: Connection
  readonly #gate: PushGate
  readonly #lane = new PriorityLane(PULLS_AT_ONCE)
  readonly #collections: readonly CollectionReplication[]
  /** How far a server that was put back to a backup is filled again, as far as it has asked this device for copies. */
  #filling: 'no' | 'asked' | 'compared' = 'no'
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
      authorOf: options.authorOf,
      refers: ({ collection, document }) =>
        moduleOfKind(collection, document.kind)?.refers(viewOf(document)) ?? [],
      find: (name, id) => (database.names.includes(name) ? found(database, name, id) : undefined),
      send: async (items) => {
        const place = await options.place()
        return (await session.call('push', { items: [...items], place })).results
      },
      fetch: async (collection, id) => {
        const { documents } = await session.call('fetch', { collection, ids: [id] })
        return documents[0] ?? { id, rev: '', _deleted: true }
      },
    })
    const headStart = new HeadStart({
      database,
      loaded: () => monitor.loaded(),
      ask: () => this.#lane.run(AHEAD, () => session.call('first', {})),
      fetch: (collection, ids) =>
        this.#lane.run(AHEAD, () => session.call('fetch', { collection, ids: [...ids] })),
      onHere: (collection, ids) => monitor.cameFirst(collection, ids),
      onUnreadable: (failure) => monitor.problem(failure),
    })
    this.#collections = database.names.map((name, rank) =>
      replicateCollection({
        ...options,
        name,
        gate: this.#gate,
        online: () => this.#connection.online(),
        headStart: () => headStart.over(),
        heeding: (handle) => this.#heeding(handle),
        pull: (request) => this.#lane.run(rank, () => session.call('pull', request)),
        ask: async (collection, ids) => {
          if (ids.length > 0 && this.#filling === 'no') this.#filling = 'asked'
          await options.ask(collection, ids)
        },
      }),
    )
    // Edits are counted for as long as they can be made, stopped or not.
    for (const name of database.names) database.table(name).changes$.subscribe(() => this.#count())
    options.quarantine.entries$.subscribe(() => this.#count())
    // Not before everybody else has heard of it: they would hear "done" last.
    const done = monitor.status$.pipe(filter(({ phase }) => phase === 'done'))
    done.subscribe(() => queueMicrotask(() => this.#compareOnceMore()))
    monitor.event('lost')
  }

  async start(): Promise<void> {
    this.#count()
    for (const collection of this.#collections) await collection.start()
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

  /** What is here can't be trusted: all of it is compared with the server, now or when it can be reached. */
  compareAnew(): void {
    for (const collection of this.#collections) collection.compareAnew()
    this.#options.monitor.compare()
    this.#compareAll()
  }

  /**
   * While a restored server is filled again, many devices push the same records at once, and what each pulls of them meets its
   * own. Once all of it is answered, what is here is compared with what has come of it, and not again for what that asks for.
   */
  #compareOnceMore(): void {
    if (this.#stopped || this.#options.monitor.status().phase !== 'done') return
    const isDue = this.#filling === 'asked'
    this.#filling = isDue ? 'compared' : 'no'
    if (isDue) this.compareAnew()
  }

  /** Resolves while there is a server to speak to; throws `replica.locked` once stopped. */
  online(): Promise<void> {
    return this.#connection.online()
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
    const cancelled = this.#collections.map((collection) => collection.cancel(problem))
    session.end()
    this.#connection.stop()
    this.#gate.stop()
    await Promise.allSettled(cancelled)
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
    this.#gate.forgetAnswers()
    this.#options.monitor.event(event)
    if (event !== 'connected') return
    void this.#askForEstimate()
    this.#compareAll()
  }

  /** Before the first page of a first load, so that people know what they wait for. It is no reason to wait. */
  async #askForEstimate(): Promise<void> {
    const { monitor, session } = this.#options
    const { initial, estimate } = monitor.status()
    if (initial === null || estimate !== null) return
    await session.call('estimate', {}).then(
      (answer) => monitor.estimated(answer),
      () => undefined,
    )
  }

  #onEvent(event: StreamEvent): void {
    this.#options.monitor.alive()
    switch (event.type) {
      case 'heads':
        this.#onHeads(event.epoch, event.heads)
        break
      case 'page':
        for (const collection of this.#collections)
          if (collection.name === event.collection) collection.offer(event)
        this.#onHeads(event.epoch, { [event.collection]: event.seq })
        break
      case 'resync':
        // The grants may have changed: the new session brings them, and the walk what they admit.
        void this.#renewSession()
        this.#options.monitor.compare()
        this.#compareAll()
        break
      case 'revoked':
        // The order to wipe is heeded only as the answer to a proof of ours, which also names it.
        if (event.code === 'access.wiped') void this.#renewSession()
        else void this.stop(new AppError(event.code === 'replica.copied' ? event.code : 'access.revoked'))
        break
      case 'ping':
        break
    }
  }

  async #renewSession(): Promise<void> {
    await this.#heeding(() => this.#options.session.renew()).catch(() => undefined)
  }

  #onHeads(epoch: string, heads: Partial<Record<CollectionName, number>>): void {
    for (const collection of this.#collections) {
      const head = heads[collection.name]
      if (head === undefined) continue
      collection.heard(epoch, head)
      if (this.#options.monitor.heard(collection.name, epoch, head)) collection.compare()
    }
  }

  #compareAll(): void {
    for (const collection of this.#collections) collection.compare()
  }

  #onFailure(failure: AppError): void {
    if (failure.code === 'replica.locked') return
    if (ends.has(failure.code)) {
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
}

const isEnd: ReadonlySet<SyncPhase> = new Set<SyncPhase>(['offline', 'done', 'stopped'])

/** Only a person can lead out of these. */
const ends: ReadonlySet<string> = new Set(['access.revoked', 'access.wiped', 'replica.copied'])

const lineFailures: ReadonlySet<string> = new Set([
  ...serverAway,
  'sync.overtaken',
  'protocol.version',
  'access.session',
  'access.unknown-device',
  'access.signature',
  'access.proof',
  'access.proof-nonce',
  'access.throttled',
])

function found(
  database: ReplicaDatabase,
  name: CollectionName,
  id: Id,
): StoredDocument | ReplicatedDocument | undefined {
  const table = database.table(name)
  return table.get(id) ?? table.tombstone(id)
}
