import { Dexie } from 'dexie'
import type { IndexedDbFactory } from './replica-registry.ts'

// Chromium keeps IndexedDB in LevelDB, and LevelDB goes on writing to the log that it finds at a start. Where the process
// died in the middle of a write, the log ends in a torn record. That is no harm until something is written behind it:
// then the log can't be read any more, and at the next start Chromium throws away all of the origin's IndexedDB, every
// replica in it (seen once in 100 to 200 kills; `e2e/kills/torn-log.test.ts` does it on purpose). So a start fills the
// log until LevelDB begins a new one and drops the old.

const NAME = 'rounds-new-log'
const FILLING = 'filling'
/** LevelDB begins a new log after 4 MB. A value of more than 64 KB would lie in a file beside it. */
const VALUES = 100
const VALUE = 60_000

/** Leaves nothing behind. Resolves when what an earlier process tore can do no harm; rejects where there is no room. */
export async function beginNewLog(factory?: IndexedDbFactory): Promise<void> {
  const database = new Dexie(NAME, { ...factory })
  database.version(1).stores({ [FILLING]: '' })
  // Another window has done the same, and takes it away: it is filled for both. False: Dexie need not warn.
  database.on('versionchange', () => {
    database.close()
    return false
  })
  try {
    await database.open()
    const transaction = database.backendDB().transaction(FILLING, 'readwrite', { durability: 'relaxed' })
    const filled = new Promise((resolve, reject) => {
      transaction.addEventListener('complete', resolve)
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('aborted')))
    })
    const value = new Uint8Array(VALUE)
    for (let key = 0; key < VALUES; key += 1) transaction.objectStore(FILLING).put(value, key)
    await filled
  } finally {
    // The write after the one that filled it goes into the new log.
    await database.delete()
  }
}
