import {
  createRevision,
  fillWithDefaultSettings,
  getChangedDocumentsSince,
  normalizeMangoQuery,
  prepareQuery,
} from 'rxdb'
import type {
  BulkWriteRow,
  EventBulk,
  MangoQuery,
  PreparedQuery,
  RxDocumentData,
  RxJsonSchema,
  RxStorageChangeEvent,
  RxStorageInstance,
} from 'rxdb'
import { canonicalJson } from '#app/kernel/index.ts'

// What the cases of the storage contract are written with. They run in Node and in a page, so nothing here belongs to a
// test runner.

export type Item = {
  id: string
  text: string
  size: number
  /** Anything JSON holds. */
  more?: unknown
}
export type StoredItem = RxDocumentData<Item>
export type Instance = RxStorageInstance<Item, unknown, unknown>
export type Bulk = EventBulk<RxStorageChangeEvent<StoredItem>, unknown>

/** Where a case gets its instances. Each case has a stage of its own. */
export type Stage = {
  /** Opens a collection; the same one again for the same name and version. `schema`: of another kind than `itemSchema`. */
  open(name?: string, version?: number, schema?: RxJsonSchema<StoredItem>): Promise<Instance>
  /** Closes everything and opens the storage anew, where it keeps what it holds. */
  restart: (() => Promise<void>) | null
}

export type ContractCase = {
  readonly name: string
  /** Asks for a storage that keeps what it holds. */
  readonly restarts?: true
  run(stage: Stage): Promise<void>
}

/** For instances of the contract: an index of one field, and one of two. */
export function itemSchema(version = 0): RxJsonSchema<StoredItem> {
  return fillWithDefaultSettings<Item>({
    version,
    primaryKey: 'id',
    type: 'object',
    properties: {
      id: { type: 'string', maxLength: 100 },
      text: { type: 'string', maxLength: 100 },
      size: { type: 'number', minimum: 0, maximum: 1000, multipleOf: 1 },
      more: { type: 'object', additionalProperties: true },
    },
    required: ['id', 'text', 'size'],
    indexes: ['text', ['text', 'size']],
  })
}

let clock = 1000

/** The next state of a document, with the revision and times that RxDB would give it. */
export function itemOf(fields: Partial<Item> & { id: string }, previous?: StoredItem): StoredItem {
  clock += 1
  return {
    text: 'text',
    size: 1,
    ...fields,
    _deleted: false,
    _attachments: {},
    _meta: { lwt: clock },
    _rev: createRevision('contract', previous),
  }
}

/** The next state, which says that the document is gone. */
export function goneOf(previous: StoredItem): StoredItem {
  const { id, text, size } = previous
  return { ...itemOf({ id, text, size }, previous), _deleted: true }
}

export function numbered(count: number, more: (at: number) => Partial<Item> = () => ({})): StoredItem[] {
  return Array.from({ length: count }, (_, at) =>
    itemOf({ id: `i${String(at).padStart(4, '0')}`, ...more(at) }),
  )
}

export async function write(
  instance: Instance,
  rows: readonly (StoredItem | BulkWriteRow<Item>)[],
  context = 'contract',
): Promise<{ ids: string[]; statuses: number[] }> {
  const bulk = rows.map((row) => ('document' in row ? row : { document: row }))
  const { error } = await instance.bulkWrite(bulk, context)
  return { ids: error.map(({ documentId }) => documentId), statuses: error.map(({ status }) => status) }
}

/** Writes what must not meet a conflict. */
export async function put(
  instance: Instance,
  rows: readonly (StoredItem | BulkWriteRow<Item>)[],
  context?: string,
): Promise<void> {
  same((await write(instance, rows, context)).ids, [], 'conflicts')
}

export async function find(instance: Instance, ids: string[], withDeleted = false): Promise<StoredItem[]> {
  return instance.findDocumentsById(ids, withDeleted)
}

export async function idsOf(instance: Instance, query: MangoQuery<StoredItem>): Promise<string[]> {
  const { documents } = await instance.query(prepared(query, instance.schema))
  return documents.map(({ id }) => id)
}

/** As RxDB asks: without deleted ones. */
export function prepared(
  query: MangoQuery<StoredItem>,
  schema: RxJsonSchema<StoredItem> = itemSchema(),
): PreparedQuery<StoredItem> {
  const selector = { ...query.selector, _deleted: { $eq: false } }
  return prepareQuery<StoredItem>(schema, normalizeMangoQuery<StoredItem>(schema, { ...query, selector }))
}

/** As a storage is asked by nobody but RxDB itself: what is deleted counts like the rest. */
export function preparedWithDeleted(query: MangoQuery<StoredItem>): PreparedQuery<StoredItem> {
  const schema = itemSchema()
  return prepareQuery<StoredItem>(schema, normalizeMangoQuery<StoredItem>(schema, query))
}

/** The next changes after a checkpoint, by id: as the storage tells them, or as RxDB finds them where it does not. */
export async function since(
  instance: Instance,
  limit: number,
  checkpoint?: unknown,
): Promise<{ ids: string[]; checkpoint: unknown }> {
  const page = await getChangedDocumentsSince<Item, unknown>(instance, limit, checkpoint)
  return { ids: page.documents.map(({ id }) => id), checkpoint: page.checkpoint }
}

/** Everything that the change stream tells from now on. */
export function heard(instance: Instance): Bulk[] {
  const bulks: Bulk[] = []
  instance.changeStream().subscribe((bulk) => bulks.push(bulk as Bulk))
  return bulks
}

export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, ought] = [JSON.stringify(ordered(actual)), JSON.stringify(ordered(expected))]
  if (is !== ought) throw new Error(`${what}: expected ${ought}, but it is ${is}`)
}

function ordered(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(canonicalJson(value))
}
