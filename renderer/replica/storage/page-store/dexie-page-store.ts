import { Dexie } from 'dexie'
import type { IndexedDbFactory } from '../machine/replica-registry.ts'
import type { Durability, PageKey, PageStore } from './page-store.ts'

type Bytes = Uint8Array<ArrayBuffer>

const PAGES = 'pages'
/** Two single records: the header in the clear and the sealed head. */
const SINGLES = 'singles'

/**
 * Pages in IndexedDB. Dexie opens and versions the database; commits go through IndexedDB's own transactions, since
 * each chooses its durability. `factory` is for Node.
 */
export async function openDexiePageStore(name: string, factory?: IndexedDbFactory): Promise<PageStore> {
  const database = new Dexie(name, { ...factory })
  database.version(1).stores({ [PAGES]: '', [SINGLES]: '' })
  await database.open()
  const pages = database.table<Bytes, PageKey>(PAGES)
  const singles = database.table<Bytes, string>(SINGLES)

  async function write(durability: Durability, change: (transaction: IDBTransaction) => void): Promise<void> {
    const transaction = database.backendDB().transaction([PAGES, SINGLES], 'readwrite', { durability })
    const settled = settlement(transaction)
    try {
      change(transaction)
    } catch {
      transaction.abort()
    }
    return settled
  }

  return {
    readHeader: async () => (await singles.get('header')) ?? null,
    writeHeader: (header) =>
      write('strict', (transaction) => transaction.objectStore(SINGLES).put(header, 'header')),
    async shredHeader() {
      const header = await singles.get('header')
      if (header === undefined) return
      const noise = crypto.getRandomValues(new Uint8Array(header.length))
      await write('strict', (transaction) => transaction.objectStore(SINGLES).put(noise, 'header'))
      await write('strict', (transaction) => transaction.objectStore(SINGLES).delete('header'))
    },
    readHead: async () => (await singles.get('head')) ?? null,
    keys: () => pages.toCollection().primaryKeys(),
    async read(keys) {
      const found = await pages.bulkGet([...keys])
      const entries = keys.map((key, at) => [key, found[at]] as const)
      return new Map(entries.filter((entry): entry is [PageKey, Bytes] => entry[1] !== undefined))
    },
    commit: (commit) =>
      write(commit.durability, (transaction) => {
        const store = transaction.objectStore(PAGES)
        for (const [key, bytes] of commit.put) store.put(bytes, key)
        for (const key of commit.remove) store.delete(key)
        transaction.objectStore(SINGLES).put(commit.head, 'head')
      }),
    async size() {
      let bytes = 0
      await pages.each((page) => (bytes += page.length))
      return { pages: await pages.count(), bytes }
    },
    close: async () => database.close(),
    destroy: () => database.delete(),
  }
}

/** Resolves when the transaction is on disk, rejects when none of it is. */
function settlement(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('transaction aborted')))
  })
}
