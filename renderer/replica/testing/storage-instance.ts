import { createRevision, fillWithDefaultSettings, normalizeMangoQuery, prepareQuery } from 'rxdb'
import type { MangoQuery, RxDocumentData, RxJsonSchema } from 'rxdb'
import type { DamageReport, EncryptedStorage } from '../storage/index.ts'

/** `edit` as in the documents of a replica: not empty while the server has not answered. */
export type Note = { id: string; text: string; edit?: string }
export type StoredNote = RxDocumentData<Note>
export type NoteInstance = Awaited<ReturnType<typeof openNotes>>

const schema: RxJsonSchema<StoredNote> = fillWithDefaultSettings<Note>({
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 20 },
    text: { type: 'string', maxLength: 20 },
    edit: { type: 'string' },
  },
  required: ['id', 'text'],
  indexes: ['text'],
})

/** A storage instance as RxDB opens it, without the database around it, and read. */
export async function openNotes(storage: EncryptedStorage, collectionName = 'notes') {
  const instance = await storage.rxStorage.createStorageInstance<Note>({
    databaseInstanceToken: 'token',
    databaseName: 'rounds',
    collectionName,
    schema,
    options: {},
    multiInstance: false,
    devMode: false,
  })
  await instance.internals.ready
  return instance
}

/** The next version of a note, with the revision that RxDB would give it; the time stands still, so that it is never ahead. */
export function noteOf(fields: Note, previous?: StoredNote, deleted = false): StoredNote {
  return {
    ...fields,
    _deleted: deleted,
    _attachments: {},
    _meta: { lwt: previous?._meta.lwt ?? 1000 },
    _rev: createRevision('token', previous),
  }
}

/** As RxDB asks: without the deleted ones. */
export function noteQuery({ selector, ...query }: MangoQuery<StoredNote>) {
  const undeleted = { ...query, selector: { ...selector, _deleted: { $eq: false } } }
  return prepareQuery<StoredNote>(schema, normalizeMangoQuery<StoredNote>(schema, undeleted))
}

/** What a sound storage reports. */
export const noDamage: DamageReport = {
  pages: 0,
  kinds: { changed: 0, missing: 0, past: 0 },
  head: false,
  collections: [],
}
