// rxdb-server as its documentation sets it up: RxDB in memory behind Express. Its own JSON parser takes 100 KB, so a larger
// one stands before it.

import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import express from 'express'
import { createRxDatabase } from 'rxdb/plugins/core'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { answerTasks } from '../replication/tasks.ts'
import { documentSchema } from './rxdb-schema.js'

// The package's modules are not found by Node's own way for ES modules; CommonJS they are.
const require = createRequire(import.meta.url)
const { createRxServer } = require('rxdb-server/plugins/server')
const { RxServerAdapterExpress } = require('rxdb-server/plugins/adapter-express')

const adapter = {
  ...RxServerAdapterExpress,
  async create() {
    const app = express()
    app.use(express.json({ limit: '256mb' }))
    return app
  },
}

let database

answerTasks({
  /** Serves each named collection, some of them filled; answers the address. */
  async start({ collections, port }) {
    database = await createRxDatabase({ name: 'server', storage: getRxStorageMemory(), multiInstance: false })
    const schemas = Object.keys(collections).map((name) => [name, { schema: documentSchema }])
    await database.addCollections(Object.fromEntries(schemas))
    const server = await createRxServer({ database, adapter, hostname: '127.0.0.1', port })
    for (const [name, file] of Object.entries(collections)) {
      const collection = database[name]
      if (file !== null) await collection.bulkInsert(JSON.parse(readFileSync(file, 'utf8')))
      server.addReplicationEndpoint({ name, collection })
    }
    await server.start()
    return `http://127.0.0.1:${port}`
  },
  async count(name) {
    return database[name].count().exec()
  },
})
