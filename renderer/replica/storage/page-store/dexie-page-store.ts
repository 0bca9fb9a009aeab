import { Dexie } from 'dexie'
import type { IndexedDbFactory } from '../machine/replica-registry.ts'
import type { Durability, PageKey, PageStore, PieceKey, PieceStore } from './page-store.ts'

type Bytes = Uint8Array<ArrayBuffer>

const PAGES = 'pages'
/** Single records: the header in the clear, its copy, and the sealed head. */
const SINGLES = 'singles'
const HEADER = 'header'
const HEADER_COPY = 'header copy'
const HEADERS = [HEADER, HEADER_COPY]
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
    async readHeader() {
      const [header, copy] = await singles.bulkGet(HEADERS)
      return (await contentOfCopy(copy)) ?? header ?? null
    },
    async writeHeader(header) {
      const copy = await copyOf(header)
      await write('strict', (transaction) => {
        const store = transaction.objectStore(SINGLES)
        store.put(header, HEADER)
        store.put(copy, HEADER_COPY)
      })
    },
    async shredHeader() {
      const found = await singles.bulkGet(HEADERS)
      const there = HEADERS.filter((_, at) => found[at] !== undefined)
      if (there.length === 0) return
      await write('strict', (transaction) => {
        const store = transaction.objectStore(SINGLES)
        HEADERS.forEach((key, at) => {
          const length = found[at]?.length
          if (length !== undefined) store.put(crypto.getRandomValues(new Uint8Array(length)), key)
        })
      })
      await write('strict', (transaction) => {
        for (const key of there) transaction.objectStore(SINGLES).delete(key)
      })
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

// The header is all that opens the pages, so that it lies here twice. The two are written together, and the copy says by its
// hash whether it is sound: then it is what was written last, whatever became of the other.

const HASH_LENGTH = 32

async function copyOf(header: Bytes): Promise<Bytes> {
  const copy = new Uint8Array(HASH_LENGTH + header.length)
  copy.set(await hashOf(header))
  copy.set(header, HASH_LENGTH)
  return copy
}

/** Null where there is none, or it is damaged. */
async function contentOfCopy(copy: Bytes | undefined): Promise<Bytes | null> {
  if (copy === undefined || copy.length <= HASH_LENGTH) return null
  const header = copy.slice(HASH_LENGTH)
  const hash = await hashOf(header)
  return hash.every((byte, at) => byte === copy[at]) ? header : null
}

async function hashOf(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
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
