import type { Json } from '#app/kernel/index.ts'
import type { RecordLog } from './contract.ts'
import type { LogCollection } from './log/log-collection.ts'
import type { DocumentCodec } from './log/read-collection.ts'
import type { Durability } from './page-store/page-store.ts'

/** An entry of a record log as it lies in a page; removing appends one that says so. */
type StoredRecord<Value> = { readonly key: string; readonly value?: Value; readonly removed?: true }

const decoder = new TextDecoder()
const codec: DocumentCodec = {
  idOf: (record) => (record as StoredRecord<Json>).key,
  encode: (record) => JSON.stringify(record),
  decode: (content) => JSON.parse(decoder.decode(content)),
  // No server has it: whose replica this is, what was refused.
  isLocal: (record) => (record as StoredRecord<Json>).removed !== true,
}

type OpenRecordLog<Value extends Json> = RecordLog<Value> & {
  compact(): Promise<void>
  close(): Promise<void>
}

/** The small logs of one storage, each opened once. */
export function recordLogs(open: (name: string, codec: DocumentCodec) => Promise<LogCollection>) {
  const opened = new Map<string, Promise<OpenRecordLog<Json>>>()
  return {
    named<Value extends Json>(name: string): Promise<RecordLog<Value>> {
      const known = opened.get(name) ?? openRecordLog<Json>((as) => open(name, as))
      opened.set(name, known)
      // A log's values are of one type: that of whoever names it.
      return known as Promise<RecordLog<Json>> as Promise<RecordLog<Value>>
    },
    async compact(): Promise<void> {
      for (const log of await Promise.all(opened.values())) await log.compact()
    },
    async close(): Promise<void> {
      for (const log of await Promise.all(opened.values())) await log.close()
      opened.clear()
    },
  }
}

/** A small log beside RxDB: all of it in memory, every change on the disk before it is seen. */
async function openRecordLog<Value extends Json>(
  open: (codec: DocumentCodec) => Promise<LogCollection>,
): Promise<OpenRecordLog<Value>> {
  const removed = new Set<string>()
  const values = new Map<string, Value>()
  const collection = await open(codec)
  for (const key of collection.ids()) {
    const content = collection.content(key)
    // Sealed by this replica, and nobody but this log writes under its name.
    if (content !== undefined) show(codec.decode(content) as StoredRecord<Value>)
  }
  await forgetRemoved()

  function show(record: StoredRecord<Value>): void {
    if (record.removed === true) removed.add(record.key)
    if (record.value === undefined) values.delete(record.key)
    else values.set(record.key, record.value)
  }

  /** Only here, where nobody can write yet: what is forgotten must not be written anew meanwhile. */
  async function forgetRemoved(): Promise<void> {
    if (removed.size === 0) return
    // On a full disk, what is here can be read all the same; the storage tells that it takes no more.
    await collection.compact(removed, () => undefined).catch(() => undefined)
  }

  return {
    get: (key) => values.get(key),
    entries: () => values,
    put: (key, value, durability) => append({ key, value }, durability),
    remove: async (key, durability) =>
      values.has(key) ? append({ key, removed: true }, durability) : undefined,
    compact: () => collection.compact(new Set(), () => undefined),
    async close() {
      values.clear()
      await collection.close()
    },
  }

  function append(record: StoredRecord<Value>, durability: Durability = 'strict'): Promise<void> {
    const entry = { id: record.key, content: codec.encode(record), local: codec.isLocal(record) }
    return collection.append([entry], durability, () => show(record))
  }
}
