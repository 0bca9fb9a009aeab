import { Subject } from 'rxjs'
import { z } from 'zod'
import { instantSchema } from '#app/kernel/index.ts'
import { blobCarrierSchema, blobHashSchema } from '#app/protocol/index.ts'
import type { BlobCarrier } from '#app/protocol/index.ts'
import type { RecordLog } from '../storage/index.ts'

/** A file of this device, by its hash. Sealed with the records, so that the disk does not tell which files lie here. */
export const fileRecordSchema = z.strictObject({
  /** Names its pieces: random, and bound into their seals. */
  file: z.int().nonnegative(),
  /** Bytes. */
  size: z.int().positive(),
  /** `here`: all of it is, and its hash was right. */
  state: z.enum(['coming', 'here']),
  /** The server has it. */
  sent: z.boolean(),
  /** Kept, however long nobody looks at it. */
  kept: z.boolean(),
  /** A document has named it. Until then it waits for the form that it was chosen in. */
  carried: z.boolean(),
  addedAt: instantSchema,
  usedAt: instantSchema,
  /** The documents of this device that name it; without any it is not for this device any more. */
  carriers: z.array(blobCarrierSchema),
})
export type FileRecord = z.infer<typeof fileRecordSchema>

/** The records of all files, in memory; every change is on the disk before it is seen. */
export class FileBook {
  readonly #log: RecordLog
  readonly #records = new Map<string, FileRecord>()
  readonly #changes = new Subject<string>()
  /** Tells which file's record is another, or gone. */
  readonly changes$ = this.#changes.asObservable()

  constructor(log: RecordLog) {
    this.#log = log
    for (const [hash, value] of log.entries()) {
      const parsed = fileRecordSchema.safeParse(value)
      if (parsed.success && blobHashSchema.safeParse(hash).success) this.#records.set(hash, parsed.data)
    }
  }

  get size(): number {
    return this.#records.size
  }

  get(hash: string): FileRecord | undefined {
    return this.#records.get(hash)
  }

  entries(): readonly (readonly [string, FileRecord])[] {
    return [...this.#records]
  }

  async put(hash: string, record: FileRecord): Promise<void> {
    await this.#log.put(hash, record)
    this.#records.set(hash, record)
    this.#changes.next(hash)
  }

  /** Nothing where it is gone meanwhile. */
  async change(hash: string, change: Partial<FileRecord>): Promise<void> {
    const record = this.#records.get(hash)
    if (record !== undefined) await this.put(hash, { ...record, ...change })
  }

  async remove(hash: string): Promise<void> {
    if (!this.#records.has(hash)) return
    await this.#log.remove(hash)
    this.#records.delete(hash)
    this.#changes.next(hash)
  }

  close(): void {
    this.#records.clear()
    this.#changes.complete()
  }
}

export function sameCarrier(one: BlobCarrier, other: BlobCarrier): boolean {
  return one.id === other.id && one.collection === other.collection
}
