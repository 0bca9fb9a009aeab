import { Subject } from 'rxjs'
import { beforeEach, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import type { TableChange } from '../database/table.ts'
import { openEncryptedStorage } from '../storage/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { followCarriers, reviewCarriers } from './carriers.ts'
import { FileBook } from './file-book.ts'
import { Shelf } from './shelf.ts'

// A server that was put back to a backup begins another life of its data. Who has a file answers for it anew: found by the
// simulation, where a document came back from one who had never had its file, and nobody sent that again.

let book: FileBook
let shelf: Shelf
let documents: Map<Id, StoredDocument>
let changes: Subject<readonly TableChange[]>
let database: Pick<ReplicaDatabase, 'names' | 'table'>
let noted: () => Promise<unknown>
const changed: string[] = []
const onChange = (hash: string): void => void changed.push(hash)

beforeEach(async () => {
  const keys = await storageKeys([1])
  const storage = await openEncryptedStorage({ pageStore: memoryDisk().open(), replicaId: newId(), keys })
  book = new FileBook(await storage.records('files'))
  shelf = new Shelf({ book, pieces: storage.pieces, clock: { now: () => Date.now() } })
  documents = new Map()
  changes = new Subject()
  const table = {
    changes$: changes,
    get: (id: Id) => documents.get(id),
    documents: () => documents.values(),
  }
  database = { names: ['clinical'], table: () => table } as unknown as typeof database
  changed.length = 0
  noted = followCarriers({ database, book, onChange }).noted
})

async function picked(): Promise<string> {
  const slice = async () => new Uint8Array(100).fill(7)
  return shelf.add({ name: 'a.txt', type: '', size: 100, slice }, () => undefined)
}

type State = { readonly rev: string; readonly edit?: string; readonly before?: object }

/** A letter that names the file, as it stands now. */
async function letter(hash: string, { rev, edit = '', before = {} }: State, id: Id = newId()): Promise<Id> {
  const content = [{ hash, size: 100, mime: 'text/plain', name: 'a.txt' }]
  const localEdit = edit === '' ? {} : { localEdit: { author: newId(), before } }
  const now = {
    id,
    kind: 'document',
    rev,
    edit,
    content,
    conflicts: [],
    ...localEdit,
  } as unknown as StoredDocument
  documents.set(id, now)
  changes.next([{ id, now }])
  await noted()
  return id
}

async function sent(hash: string): Promise<void> {
  const record = book.get(hash)
  if (record !== undefined) await book.sent(hash, record, documents.size === 0 ? '' : 'first')
}

test('a file is sent again when its document is of another life, also where nobody asked for that document', async () => {
  await letter('f'.repeat(64), { rev: 'first.1.p' })
  const hash = await picked()
  const id = await letter(hash, { rev: '', edit: newId() })
  await sent(hash)
  await letter(hash, { rev: 'first.2.p' }, id)
  await letter(hash, { rev: 'first.3.p' }, id)
  expect(book.get(hash)?.sent).toBe(true)
  changed.length = 0
  await letter(hash, { rev: 'second.2.p' }, id)
  expect([book.get(hash)?.sent, changed]).toEqual([false, [hash]])
  await sent(hash)
  await letter(hash, { rev: 'second.3.p' }, id)
  expect(book.get(hash)?.sent).toBe(true)
})

test('what was put back between the sending of a file and its document is noticed by the first answer', async () => {
  await letter('f'.repeat(64), { rev: 'first.1.p' })
  const hash = await picked()
  await sent(hash)
  const id = await letter(hash, { rev: '', edit: newId() })
  await letter(hash, { rev: 'second.1.p' }, id)
  expect(book.get(hash)?.sent).toBe(false)
})

test('a life that ends while a file is sent has it sent once more', async () => {
  const hash = await picked()
  const id = await letter(hash, { rev: 'first.1.p', edit: newId(), before: { content: [] } })
  const asSent = book.get(hash)
  if (asSent === undefined) throw new Error('no file')
  await letter(hash, { rev: 'second.1.p' }, id)
  await book.sent(hash, asSent, 'first')
  expect(book.get(hash)?.sent).toBe(false)
  await sent(hash)
  expect(book.get(hash)?.sent).toBe(true)
})

test('what happened while the replica was closed is noticed at the opening', async () => {
  const hash = await picked()
  const id = await letter(hash, { rev: 'first.1.p', edit: newId(), before: { content: [] } })
  await sent(hash)
  const [held] = documents.values()
  if (held === undefined) throw new Error('no document')
  documents.set(id, { ...held, rev: 'second.1.p', edit: '' })
  await reviewCarriers({ database, book, onChange })
  expect(book.get(hash)?.sent).toBe(false)
})

test('who only knows a hash gets no file by naming it: nobody answers for what others put into a document', async () => {
  const hash = await picked()
  await letter(hash, { rev: 'first.1.p', edit: newId(), before: { content: [] } })
  await sent(hash)
  const theirs = await letter(hash, { rev: 'first.2.p' })
  // Ours to edit, and still not what we put there.
  await letter(hash, { rev: 'first.2.p', edit: newId(), before: { note: null } }, theirs)
  await letter(hash, { rev: 'second.1.p' }, theirs)
  const record = book.get(hash)
  expect([record?.sent, record?.carriers.length, record?.through.length]).toEqual([true, 2, 1])
})
