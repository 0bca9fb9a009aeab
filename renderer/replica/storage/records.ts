import type { Json } from '#app/kernel/index.ts'
import type { RecordLog } from './contract.ts'
import type { LogCollection, LogSource } from './log/log-collection.ts'

/** An entry of a record log as it lies in a page; removing appends one that says so. */
type StoredRecord<Value> = { readonly key: string; readonly value?: Value; readonly removed?: true }

type OpenRecords<Value> = (
  source: LogSource<StoredRecord<Value>>,
) => Promise<{ collection: LogCollection<StoredRecord<Value>>; documents: StoredRecord<Value>[] }>

export type OpenRecordLog<Value extends Json> = RecordLog<Value> & { compact(): Promise<void>; close(): void }

/** A small log beside RxDB: all of it in memory, every change on the disk before it is seen. */
export async function openRecordLog<Value extends Json>(
  open: OpenRecords<Value>,
): Promise<OpenRecordLog<Value>> {
  const held = new Map<string, StoredRecord<Value>>()
  const values = new Map<string, Value>()
  const { collection, documents } = await open({
    idOf: ({ key }) => key,
    get: (key) => held.get(key),
    // No server has it: whose replica this is, what was refused.
    isTwice: ({ removed }) => removed !== true,
  })
  for (const record of documents) show(record)
  await forgetRemoved()

  function show(record: StoredRecord<Value>): void {
    held.set(record.key, record)
    if (record.value === undefined) values.delete(record.key)
    else values.set(record.key, record.value)
  }

  /** Only here, where nobody can write yet: what is forgotten must not be written anew meanwhile. */
  async function forgetRemoved(): Promise<void> {
    const removed = [...held.values()].filter((record) => record.removed === true).map(({ key }) => key)
    if (removed.length === 0) return
    await collection.compact(new Set(removed), () => {
      for (const key of removed) held.delete(key)
    })
  }

  return {
    get: (key) => values.get(key),
    entries: () => values,
    put: (key, value) => append({ key, value }),
    remove: async (key) => (values.has(key) ? append({ key, removed: true }) : undefined),
    compact: () => collection.compact(new Set(), () => undefined),
    close() {
      held.clear()
      values.clear()
    },
  }

  function append(record: StoredRecord<Value>): Promise<void> {
    return collection.append([record], 'strict', () => show(record))
  }
}
