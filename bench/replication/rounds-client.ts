import { readFileSync } from 'node:fs'
import { createRxDatabase } from 'rxdb'
import { replicateRxCollection } from 'rxdb/plugins/replication'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { Subject } from 'rxjs'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { PULL_LIMIT } from '#app/protocol/index.ts'
import type { Checkpoint, PullAnswer, StreamEvent } from '#app/protocol/index.ts'
import { rxSchemaOf } from '#renderer/replica/database/collections.ts'
import { fromWire } from '#renderer/replica/database/stored-document.ts'
import type { ReplicatedDocument } from '#renderer/replica/database/stored-document.ts'
import { conflictHandler } from '#renderer/replica/replication/conflict-handler.ts'
import { pushModifier } from '#renderer/replica/replication/push-handler.ts'
import { COLLECTION } from './documents.ts'
import { pushed } from './rounds-push.ts'
import { answerTasks, now } from './tasks.ts'
import { enrol } from './wire.ts'
import type { Device } from './wire.ts'

// The protocol's plainest client: RxDB's replication over its memory storage, as on every side of this benchmark.

/** Documents that RxDB hands over at once; as many as the peers' clients send at once. */
const PUSH_BATCH = 5000

type Ways = { readonly pull?: boolean; readonly push?: boolean; readonly live: boolean }

/** Only what is pending is something to send. */
const nothingElseToSend: typeof conflictHandler = {
  ...conflictHandler,
  isEqual: (a, b, context) =>
    context === 'upstream-check-if-equal' ? b.edit === '' : conflictHandler.isEqual(a, b, context),
}

async function openCollection() {
  const database = await createRxDatabase({
    name: newId(),
    storage: getRxStorageMemory(),
    multiInstance: false,
    eventReduce: false,
  })
  const { documents } = await database.addCollections({
    documents: { schema: rxSchemaOf(), conflictHandler: nothingElseToSend },
  })
  return documents
}

type Collection = Awaited<ReturnType<typeof openCollection>>

function replicate(collection: Collection, device: Device, { pull = false, push = false, live }: Ways) {
  const moved = new Subject<'RESYNC' | { documents: ReplicatedDocument[]; checkpoint: Checkpoint }>()
  // RxDB forgets the checkpoint of a page without documents; this leads on from where it starts again.
  let led: { readonly from: string; readonly to: Checkpoint } | undefined
  let at: Checkpoint | undefined
  const state = replicateRxCollection<ReplicatedDocument, Checkpoint>({
    replicationIdentifier: 'rounds',
    collection,
    live,
    waitForLeadership: false,
    retryTime: 100,
    ...(pull && {
      pull: {
        batchSize: PULL_LIMIT,
        stream$: moved,
        handler: async (start, limit) => {
          const from = JSON.stringify(start ?? null)
          const checkpoint = led?.from === from ? led.to : (start ?? null)
          const held = checkpoint?.mode === 'tail' ? {} : { held: { through: null, documents: [] } }
          const request = { collection: COLLECTION, checkpoint, limit, ...held } as const
          const answer = await device.ask<PullAnswer>('pull', request)
          if (answer.documents.length === 0) led = { from, to: answer.checkpoint }
          at = answer.checkpoint
          return { documents: answer.documents.map(fromWire), checkpoint: answer.checkpoint }
        },
      },
    }),
    ...(push && {
      push: {
        batchSize: PUSH_BATCH,
        modifier: pushModifier,
        handler: (rows) =>
          pushed(
            device,
            collection,
            rows.map((row) => row.newDocumentState),
          ),
      },
    }),
  })

  /** A page that follows on what is here is handed on as it is; anything else is pulled. */
  function heard(event: StreamEvent): void {
    if (event.type === 'heads') moved.next('RESYNC')
    if (event.type !== 'page') return
    const follows = at?.mode === 'tail' && at.epoch === event.epoch && event.after <= at.seq
    if (at === undefined || !follows) moved.next('RESYNC')
    else if (event.seq > at.seq) {
      at = { ...at, seq: event.seq }
      const documents = event.documents.map(fromWire)
      if (documents.length > 0) moved.next({ documents, checkpoint: at })
    }
  }
  return { state, follow: () => device.listen(heard) }
}

type State = ReturnType<typeof replicate>['state']

async function finished(state: State): Promise<number> {
  const failed = new Promise<never>((_, reject) => state.error$.subscribe(reject))
  const started = performance.now()
  await Promise.race([state.awaitInitialReplication(), failed])
  const milliseconds = performance.now() - started
  await state.cancel()
  return milliseconds
}

type Order = { readonly url: string; readonly login: string; readonly file: string }
let followed: {
  collection: Collection
  seen: Map<string, number>
  waiting: Map<string, (at: number) => void>
}

answerTasks({
  async pull({ url, login }: Order) {
    const device = await enrol(url, login)
    const collection = await openCollection()
    const milliseconds = await finished(replicate(collection, device, { pull: true, live: false }).state)
    return { milliseconds, documents: await collection.count().exec() }
  },

  async push({ url, login, file }: Order) {
    const device = await enrol(url, login)
    const collection = await openCollection()
    await collection.bulkInsert(JSON.parse(readFileSync(file, 'utf8')) as ReplicatedDocument[])
    return { milliseconds: await finished(replicate(collection, device, { push: true, live: false }).state) }
  },

  /** Replicates live, both ways, and notes when each document is first in the answer of a query. */
  async follow({ url, login }: Order) {
    const device = await enrol(url, login)
    const collection = await openCollection()
    const { state, follow } = replicate(collection, device, { pull: true, push: true, live: true })
    await state.awaitInitialReplication()
    await follow()
    followed = { collection, seen: new Map(), waiting: new Map() }
    collection.find().$.subscribe((found) => {
      const at = now()
      for (const { id } of found) {
        if (followed.seen.has(id)) continue
        followed.seen.set(id, at)
        followed.waiting.get(id)?.(at)
      }
    })
  },

  seen: (id: string) =>
    followed.seen.get(id) ?? new Promise<number>((resolve) => followed.waiting.set(id, resolve)),

  async insert(document: AnyDocument) {
    const at = now()
    await followed.collection.insert(document)
    return at
  },
})
