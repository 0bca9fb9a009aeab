import { createRevision, defaultHashSha256, fillWithDefaultSettings } from 'rxdb'
import { getRxReplicationMetaInstanceSchema } from 'rxdb'
import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { rxSchemaOf } from '../database/collections.ts'
import type { ReplicatedDocument } from '../database/stored-document.ts'
import { openEncryptedStorage } from '../storage/index.ts'
import type { EncryptedRxStorage, EncryptedStorage, Fields } from '../storage/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { REPLICATION, withDerivedMeta } from './derived-meta.ts'

// What RxDB is told of the server's state, by the state that a document is in; and what earlier versions left behind. Whole
// replications, with refusals, evictions and restored servers, are in the tests beside this one.

const schema = fillWithDefaultSettings(rxSchemaOf())
const metaSchema = getRxReplicationMetaInstanceSchema<ReplicatedDocument, unknown>(schema, false)
const metaName = `rx-replication-meta-${await defaultHashSha256(`cases-${REPLICATION}`)}`
const replicaId = newId()
const keys = await storageKeys()
const CHECKPOINT = 'checkpoint|1'

const disks = { now: memoryDisk() }
const open: EncryptedStorage[] = []
afterEach(async () => {
  for (const storage of open.splice(0)) await storage.close()
  disks.now = memoryDisk()
})

async function openStorage(): Promise<EncryptedStorage> {
  const storage = await openEncryptedStorage({ pageStore: disks.now.open(), replicaId, keys })
  open.push(storage)
  return storage
}

async function instances(storage: EncryptedRxStorage) {
  const common = {
    databaseInstanceToken: 'token',
    databaseName: 'rounds',
    options: {},
    multiInstance: false,
    devMode: false,
  }
  const cases = await storage.createStorageInstance({ ...common, collectionName: 'cases', schema })
  const meta = await storage.createStorageInstance({
    ...common,
    collectionName: metaName,
    schema: metaSchema,
  })
  return { cases, meta }
}

type Opened = Awaited<ReturnType<typeof instances>>

async function write(instance: Opened[keyof Opened], fields: Fields, deleted = false): Promise<void> {
  const document = {
    ...fields,
    _deleted: deleted,
    _attachments: {},
    _meta: { lwt: 1000 },
    _rev: createRevision('token'),
  }
  // RxDB types what each instance holds; both hold what is written here.
  const { error } = await instance.bulkWrite([{ document: document as never }], 'test')
  expect(error).toEqual([])
}

/** A meta document as RxDB writes it, with a whole copy of the other. */
function copyOf(id: Id, rev: string): Fields {
  const docData = { id, kind: 'case', rev, edit: '', subject: 'a copy', _deleted: false }
  return { id: `${id}|0`, isCheckpoint: '0', itemId: id, docData }
}

const checkpoint = { id: CHECKPOINT, isCheckpoint: '1', itemId: 'down', checkpointData: { seq: 7 } }

describe("the server's state of a document", () => {
  test.each([
    ['answered', { rev: 'life1.7.all', edit: '' }, false, { rev: 'life1.7.all', _deleted: false }],
    [
      'answered by a server of another version',
      { rev: 'of another form', edit: '' },
      false,
      { rev: 'of another form', _deleted: false },
    ],
    ['edited here', { rev: 'life1.7.all', edit: 'e1' }, false, { rev: 'life1.7.all', _deleted: false }],
    [
      'edited in an earlier state of the copy',
      { rev: 'life1.7.all', edit: 'e1', localEdit: { author: 'a', before: {}, unsure: true } },
      false,
      { rev: 'life1.7.all', _deleted: false },
    ],
    ['asked for again', { rev: 'life0.7.all', edit: 'e2' }, false, { rev: 'life0.7.all', _deleted: false }],
    ['made here', { rev: '', edit: 'e1' }, false, undefined],
    ['made here, and refused', { rev: '', edit: '' }, true, { rev: '', _deleted: true }],
    ['evicted', { rev: 'life1.9.all', edit: '' }, true, { rev: 'life1.9.all', _deleted: true }],
  ])('that was %s', async (_how, state, deleted, expected) => {
    const { cases, meta } = await instances(withDerivedMeta((await openStorage()).rxStorage))
    const id = newId()
    await write(cases, { id, kind: deleted ? '' : 'case', subject: 'never in it', ...state }, deleted)
    const [known] = await meta.findDocumentsById([`${id}|0`], true)
    expect(known?.docData).toEqual(expected && { id, kind: deleted ? '' : 'case', edit: '', ...expected })
  })

  test('is nothing that anybody writes, beside checkpoints', async () => {
    const storage = await openStorage()
    const { meta } = await instances(withDerivedMeta(storage.rxStorage))
    const id = newId()
    await write(meta, copyOf(id, 'life1.7.all'))
    await write(meta, checkpoint)
    const found = await meta.findDocumentsById([`${id}|0`, CHECKPOINT], true)
    expect(found).toMatchObject([{ id: CHECKPOINT, checkpointData: { seq: 7 } }])
    expect([...meta.internals.ids()]).toEqual([CHECKPOINT])
  })
})

test('the copies that earlier versions kept are gone from the disk, and their checkpoints stay', async () => {
  const before = await openStorage()
  const { meta } = await instances(before.rxStorage)
  for (let at = 0; at < 300; at += 1) await write(meta, copyOf(newId(), `life1.${at + 1}.all`))
  await write(meta, checkpoint)
  await before.close()
  const pages = disks.now.pages.size

  const opened = await openStorage()
  const now = await instances(withDerivedMeta(opened.rxStorage))
  expect(await now.meta.findDocumentsById([CHECKPOINT], true)).toHaveLength(1)
  await opened.close()
  expect(disks.now.pages.size).toBeLessThan(pages)

  // Read as it lies there.
  const { meta: left } = await instances((await openStorage()).rxStorage)
  await left.internals.ready
  expect([...left.internals.ids()]).toEqual([CHECKPOINT])
})
