// A client on RxDB's memory storage: what both peers' clients have in common.

import { createRequire } from 'node:module'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { answerTasks, now } from '../replication/tasks.ts'
import { documentSchema } from './rxdb-schema.js'

// One copy of RxDB in the process: rxdb-server's client is CommonJS.
const require = createRequire(import.meta.url)
const { createRxDatabase } = require('rxdb/plugins/core')
const { getRxStorageMemory } = require('rxdb/plugins/storage-memory')

/** Replicates a collection by `replicate`, on order. */
export function peerClient(replicate) {
  let live

  async function openCollection() {
    const database = await createRxDatabase({
      name: randomUUID(),
      storage: getRxStorageMemory(),
      multiInstance: false,
      eventReduce: false,
    })
    const { documents } = await database.addCollections({ documents: { schema: documentSchema } })
    return documents
  }

  async function finished(state, work) {
    const failed = new Promise((_, reject) => state.error$.subscribe(reject))
    const started = performance.now()
    await Promise.race([state.awaitInitialReplication(), failed])
    const milliseconds = performance.now() - started
    await state.cancel()
    return { milliseconds, ...(await work()) }
  }

  answerTasks({
    async pull({ url, name, batch }) {
      const collection = await openCollection()
      const state = replicate({ collection, url, name, live: false, pull: batch })
      return finished(state, async () => ({ documents: await collection.count().exec() }))
    },
    async push({ url, name, batch, file }) {
      const collection = await openCollection()
      await collection.bulkInsert(JSON.parse(readFileSync(file, 'utf8')))
      const state = replicate({ collection, url, name, live: false, push: batch })
      return finished(state, () => ({}))
    },
    /** Replicates live, both ways, and notes when each document is first in the answer of a query. */
    async follow({ url, name }) {
      const collection = await openCollection()
      const seen = new Map()
      const state = replicate({ collection, url, name, live: true, pull: 100, push: 100 })
      await state.awaitInitialReplication()
      live = { collection, seen, waiting: new Map() }
      collection.find().$.subscribe((found) => {
        const at = now()
        for (const { id } of found) {
          if (seen.has(id)) continue
          seen.set(id, at)
          live.waiting.get(id)?.(at)
        }
      })
    },
    seen: (id) => live.seen.get(id) ?? new Promise((resolve) => live.waiting.set(id, resolve)),
    async insert(document) {
      const at = now()
      await live.collection.insert(document)
      return at
    },
  })
}
