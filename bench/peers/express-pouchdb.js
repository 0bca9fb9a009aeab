// express-pouchdb as its documentation sets it up for PouchDB's own clients, over PouchDB in memory.

import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { answerTasks } from '../replication/tasks.ts'

const require = createRequire(import.meta.url)
const express = require('express')
const expressPouchDB = require('express-pouchdb')
const Pouch = require('pouchdb-core')
  .plugin(require('pouchdb-adapter-memory'))
  .plugin(require('pouchdb-mapreduce'))
  .plugin(require('pouchdb-replication'))
  .defaults({ adapter: 'memory' })

const BATCH = 1000
const open = new Map()

answerTasks({
  /** Serves each named database, some of them filled, and the folder of a page; answers the address. */
  async start({ collections, port, pages }) {
    const app = express()
    if (pages !== null) app.use('/page', express.static(pages))
    app.use('/', expressPouchDB(Pouch, { mode: 'minimumForPouchDB', inMemoryConfig: true }))
    await new Promise((resolve) => app.listen(port, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${port}`
    for (const [name, file] of Object.entries(collections)) {
      // Over HTTP, since it lists only the databases that were made there.
      await fetch(`${url}/${name}`, { method: 'PUT' })
      const database = new Pouch(name)
      open.set(name, database)
      const documents = file === null ? [] : JSON.parse(readFileSync(file, 'utf8'))
      const rows = documents.map(({ id, ...document }) => ({ _id: id, ...document }))
      for (let at = 0; at < rows.length; at += BATCH) await database.bulkDocs(rows.slice(at, at + BATCH))
    }
    return url
  },
  async count(name) {
    return (await open.get(name).info()).doc_count
  },
})
