import { defaultHashSha256 } from 'rxdb'
import type { RxStorageInstance } from 'rxdb'
import { isUnstored } from '../database/stored-document.ts'
import type { EncryptedRxStorage, Fields, Stored, StoredCollection } from '../storage/index.ts'

// RxDB's replication keeps, beside each document, a second one: the server's state of it as this device knows it. Here that
// state follows from the document itself, since `rev` and `edit` are written with it in one write: the server's state has
// the document's rev and no edit. So it is not kept but derived, and can neither be lost apart from the document nor
// disagree with it. What can't be derived, the checkpoints, lies on the disk. Replicas that were written before this have
// whole second copies there, too, which would outlive the eviction of their documents: they are dropped.

/** The name of the replication, for RxDB. */
export const REPLICATION = 'rounds'
/** The title that RxDB gives the schema of replication meta (rxdb 17.6: replication-protocol/meta-instance.ts). */
const META_TITLE = 'RxReplicationProtocolMetaData'
/** How RxDB ends the ids of meta documents that are no checkpoints. */
const OF_DOCUMENT = '|0'

type Documents = Pick<StoredCollection, 'ready' | 'parsed'>
type Instance = RxStorageInstance<Fields, StoredCollection, Record<string, never>>

/** The storage, but for the meta of the replication named above. */
export function withDerivedMeta(storage: EncryptedRxStorage): EncryptedRxStorage {
  const documentsOf = new Map<string, Documents>()

  async function create(
    params: Parameters<typeof storage.createStorageInstance<Fields>>[0],
  ): Promise<Instance> {
    const instance = await storage.createStorageInstance(params)
    const documents = documentsOf.get(params.collectionName)
    if (documents !== undefined && params.schema.title === META_TITLE) {
      await dropCopies(instance.internals)
      return derivedMeta(instance, documents)
    }
    documentsOf.set(await metaNameOf(params.collectionName), instance.internals)
    return instance
  }

  return {
    ...storage,
    // RxDB types each collection; this storage treats all documents alike.
    createStorageInstance: create as unknown as EncryptedRxStorage['createStorageInstance'],
  }
}

/** As RxDB names the meta of a collection (rxdb 17.6: plugins/replication/index.ts). */
async function metaNameOf(collection: string): Promise<string> {
  return `rx-replication-meta-${await defaultHashSha256(`${collection}-${REPLICATION}`)}`
}

/** What a failing disk does not drop now is dropped at a later start; the failure is told by the storage. */
async function dropCopies(meta: Pick<StoredCollection, 'ready' | 'forget'>): Promise<void> {
  await meta.ready
  await meta.forget((id) => documentIdOf(id) !== null).catch(() => undefined)
}

/** Checkpoints out of the storage; everything else out of the documents. */
function derivedMeta(checkpoints: Instance, documents: Documents): Instance {
  const { databaseName, collectionName, schema, options, internals } = checkpoints
  return {
    databaseName,
    collectionName,
    schema,
    options,
    internals,
    bulkWrite(rows, context) {
      const kept = rows.filter(({ document }) => documentIdOf(document.id) === null)
      return kept.length === 0 ? Promise.resolve({ error: [] }) : checkpoints.bulkWrite(kept, context)
    },
    async findDocumentsById(ids, withDeleted) {
      await documents.ready
      const kept = ids.filter((id) => documentIdOf(id) === null)
      const found = kept.length === 0 ? [] : await checkpoints.findDocumentsById(kept, withDeleted)
      return [...found, ...ids.flatMap((id) => metaOf(documents, id) ?? [])]
    },
    query: (query) => checkpoints.query(query),
    count: (query) => checkpoints.count(query),
    getAttachmentData: (...asked) => checkpoints.getAttachmentData(...asked),
    changeStream: () => checkpoints.changeStream(),
    cleanup: (minimumAge) => checkpoints.cleanup(minimumAge),
    close: () => checkpoints.close(),
    remove: checkpoints.remove.bind(checkpoints),
  }
}

function documentIdOf(metaId: unknown): string | null {
  return typeof metaId === 'string' && metaId.endsWith(OF_DOCUMENT)
    ? metaId.slice(0, -OF_DOCUMENT.length)
    : null
}

/** The server's state of a document; none where the server never stored it. Of a state RxDB compares these members only. */
function metaOf(documents: Documents, metaId: string): Stored | null {
  const itemId = documentIdOf(metaId)
  const parsed = itemId === null ? undefined : documents.parsed(itemId)
  if (parsed === undefined) return null
  const { id, kind, rev, edit } = parsed.fields
  const isGone = parsed.members._deleted === true
  // Without an edit of this device it came from the server, whatever its rev looks like.
  const isOfServer = isGone || edit === ''
  if (typeof rev !== 'string' || (!isOfServer && isUnstored(rev))) return null
  const docData = { id, kind, rev, edit: '', _deleted: isGone }
  return { id: metaId, isCheckpoint: '0', itemId, docData, ...storageMembers }
}

const storageMembers = { _deleted: false, _attachments: {}, _meta: { lwt: 1 }, _rev: '1-derived' }
