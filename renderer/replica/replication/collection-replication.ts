import { replicateRxCollection } from 'rxdb/plugins/replication'
import { AppError } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { PULL_LIMIT, PUSH_LIMIT } from '#app/protocol/index.ts'
import type { Checkpoint, PullAnswer, PullRequest } from '#app/protocol/index.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import type { ReplicatedDocument, StoredDocument } from '../database/stored-document.ts'
import type { Environment } from '../environment.ts'
import { AnswerOrder } from './answer-order.ts'
import { OfferedPages } from './offered-pages.ts'
import type { OfferedPage } from './offered-pages.ts'
import { pullHandler } from './pull-handler.ts'
import type { PushGate } from './push-gate.ts'
import { pushHandler, pushModifier } from './push-handler.ts'
import type { Quarantine } from './quarantine.ts'
import { REPLICATION } from './derived-meta.ts'
import { keepCheckpoint } from './keep-checkpoint.ts'
import type { Protocol } from './keep-checkpoint.ts'
import type { SyncMonitor } from './sync-monitor.ts'

export type CollectionParts = {
  readonly name: CollectionName
  readonly database: ReplicaDatabase
  readonly gate: PushGate
  readonly quarantine: Quarantine
  readonly environment: Environment
  readonly monitor: SyncMonitor
  readonly authorOf: (document: StoredDocument) => Id
  readonly ask: (collection: CollectionName, ids: readonly Id[]) => Promise<void>
  readonly pull: (request: PullRequest) => Promise<PullAnswer>
  readonly online: () => Promise<void>
  readonly headStart: () => Promise<void>
  /** Passes on what a handler throws, to those who decide what it means; RxDB only learns to try again. */
  readonly heeding: <Result>(handle: () => Promise<Result>) => Promise<Result>
  readonly retryTime: number
}

/** RxDB's replication of one collection. */
export type CollectionReplication = {
  readonly name: CollectionName
  start(): Promise<void>
  /** Pulls; unless a pull waits for the stream, and will ask by itself once that is open. */
  compare(): void
  /** How far the server has counted, as the stream told it. */
  heard(epoch: string, head: number): void
  /** What the stream brought: the next pull takes it. */
  offer(page: OfferedPage): void
  /** The next pull compares everything that is held. */
  compareAnew(): void
  /** Resolves when RxDB has let go. */
  cancel(problem: AppError | null): Promise<void>
}

export function replicateCollection(parts: CollectionParts): CollectionReplication {
  const { name, database, monitor, heeding } = parts
  const table = database.table(name)
  const order = new AnswerOrder(table)
  const line = countedLine(parts.online)
  const compareAnew = { asked: false }
  const offered = new OfferedPages()
  const protocol = (): Protocol => {
    if (state.internalReplicationState === undefined) throw new AppError('replica.locked')
    return state.internalReplicationState
  }
  const pull = pullHandler({
    collection: name,
    table,
    order,
    offered,
    online: line.online,
    headStart: parts.headStart,
    compareAnew,
    pull: parts.pull,
    ask: (ids) => parts.ask(name, ids),
    keepCheckpoint: (from, to) => keepCheckpoint(protocol(), from, to),
    onPage(answer) {
      monitor.pulled(name, answer)
      if (!answer.more) void protocol().streamQueue.down.then(() => monitor.landed(name))
    },
    onUnreadable: (failure) => monitor.problem(failure),
  })
  const { gate, quarantine, authorOf, online } = parts
  const { clock } = parts.environment
  const push = pushHandler({ collection: name, gate, order, quarantine, clock, authorOf, online })
  const state = replicateRxCollection<ReplicatedDocument, Checkpoint>({
    replicationIdentifier: REPLICATION,
    collection: database.collection(name),
    live: true,
    autoStart: false,
    waitForLeadership: false,
    // A hidden window goes on; the synthetic mouse events that this brings are not trusted, idle timers see that.
    toggleOnDocumentVisible: false,
    retryTime: parts.retryTime,
    pull: {
      handler: (checkpoint, size) => heeding(() => pull(checkpoint, size)),
      batchSize: PULL_LIMIT,
    },
    push: {
      handler: (rows) => heeding(() => push(rows)),
      batchSize: PUSH_LIMIT,
      modifier: pushModifier,
    },
  })
  return {
    name,
    start: () => state.start(),
    compare() {
      if (!line.isWaiting()) state.reSync()
    },
    heard: (epoch, head) => offered.heard(epoch, head),
    offer: (page) => offered.offer(page),
    compareAnew: () => void (compareAnew.asked = true),
    async cancel(problem) {
      // RxDB waits for its last checkpoint, which a failed disk will never take.
      const running = state.internalReplicationState
      if (problem?.code === 'replica.write-failed' && running !== undefined) {
        running.checkpointQueue = Promise.resolve()
      }
      const cancelled = state.cancel()
      order.stop()
      await cancelled
    },
  }
}

/** Knows whether somebody waits for the line. */
function countedLine(online: () => Promise<void>): { online(): Promise<void>; isWaiting(): boolean } {
  let waiting = 0
  return {
    isWaiting: () => waiting > 0,
    async online() {
      waiting += 1
      await online().finally(() => (waiting -= 1))
    },
  }
}
