import { parentPort, workerData } from 'node:worker_threads'
import SqliteDatabase from 'better-sqlite3'

// Copies SQLite's log into its file while the writer goes on: a connection of its own, in a thread of its own.

const database = new SqliteDatabase(workerData as string)
database.pragma('synchronous = FULL')

parentPort?.on('message', () => {
  try {
    database.pragma('wal_checkpoint(PASSIVE)')
  } catch {
    // No room, or a file that can't be written: the log is whole, and the writer meets the same and says so.
  }
  parentPort?.postMessage('copied')
})
