import { Dexie } from 'dexie'
import type { IndexedDbFactory } from '../machine/replica-registry.ts'
import type { Durability, PageKey, PageStore, PieceKey, PieceStore } from './page-store.ts'

type Bytes = Uint8Array<ArrayBuffer>

const PAGES = 'pages'
/** Two single records: the header in the clear and the sealed head. */
const SINGLES = 'singles'
/** Of files, by file and position. */
const PIECES = 'pieces'

/**
 * Pages in IndexedDB. Dexie opens and versions the database; commits go through IndexedDB's own transactions, since
 * each chooses its durability. `factory` is for Node.
 */
export async function openDexiePageStore(name: string, factory?: IndexedDbFactory): Promise<PageStore> {
  const database = new Dexie(name, { ...factory })
  database.version(1).stores({ [PAGES]: '', [SINGLES]: '' })
  database.version(2).stores({ [PIECES]: '' })
  await database.open()
  const pages = database.table<Bytes, PageKey>(PAGES)
  const singles = database.table<Bytes, string>(SINGLES)

  const write = writerOf(database, [PAGES, SINGLES])

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
    pieces: piecesIn(database),
    close: async () => database.close(),
    destroy: () => database.delete(),
  }
}

type Write = (durability: Durability, change: (transaction: IDBTransaction) => void) => Promise<void>

/** Writes to these stores, in a transaction that is as durable as asked. */
function writerOf(database: Dexie, stores: string[]): Write {
  return async (durability, change) => {
    const transaction = database.backendDB().transaction(stores, 'readwrite', { durability })
    const settled = settlement(transaction)
    try {
      change(transaction)
      // Nothing more will be asked: else the browser waits for its answers to be read first.
      transaction.commit()
    } catch {
      transaction.abort()
    }
    return settled
  }
}

function piecesIn(database: Dexie): PieceStore {
  const pieces = database.table<Bytes, PieceKey>(PIECES)
  const write = writerOf(database, [PIECES])
  return {
    put: (key, piece, durability) =>
      write(durability, (transaction) => transaction.objectStore(PIECES).put(piece, [...key])),
    get: async (key) => (await pieces.get(key)) ?? null,
    keys: () => pieces.toCollection().primaryKeys(),
    // Behind every position of the file: a list is greater than any number.
    remove: (file) =>
      pieces
        .where(':id')
        .between([file], [file, []])
        .delete()
        .then(() => undefined),
  }
}

/** Resolves when the transaction is on disk, rejects when none of it is. */
function settlement(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('transaction aborted')))
  })
}
