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

type Next = (record: FileRecord | undefined) => FileRecord | undefined

/** The records of all files, in memory; every change is on the disk before it is seen. */
export class FileBook {
  readonly #log: RecordLog
  readonly #records = new Map<string, FileRecord>()
  readonly #changes = new Subject<string>()
  #turn: Promise<void> = Promise.resolve()
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

  put(hash: string, record: FileRecord): Promise<void> {
    return this.#inTurn(hash, () => record)
  }

  /** Nothing where it is gone meanwhile. */
  change(hash: string, change: Partial<FileRecord>): Promise<void> {
    return this.#inTurn(hash, (record) => record && { ...record, ...change })
  }

  /** A document of this device names the file, or does so no more. */
  carry(hash: string, carrier: BlobCarrier, names: boolean): Promise<void> {
    return this.#inTurn(hash, (record) => {
      if (record === undefined || names === isCarrier(record, carrier)) return record
      const others = record.carriers.filter((one) => !sameCarrier(one, carrier))
      return { ...record, carried: true, carriers: names ? [...others, carrier] : others }
    })
  }

  remove(hash: string): Promise<void> {
    return this.#inTurn(hash, () => undefined)
  }

  /** One change after the other, each on what the one before left: transfers, documents and people change records at once. */
  #inTurn(hash: string, next: Next): Promise<void> {
    const turn = this.#turn.then(() => this.#apply(hash, next))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #apply(hash: string, next: Next): Promise<void> {
    const before = this.#records.get(hash)
    const after = next(before)
    if (before === after) return
    await (after === undefined ? this.#log.remove(hash) : this.#log.put(hash, after))
    if (after === undefined) this.#records.delete(hash)
    else this.#records.set(hash, after)
    this.#changes.next(hash)
  }

  close(): void {
    this.#records.clear()
    this.#changes.complete()
  }
}

export function isCarrier({ carriers }: FileRecord, carrier: BlobCarrier): boolean {
  return carriers.some((one) => sameCarrier(one, carrier))
}

function sameCarrier(one: BlobCarrier, other: BlobCarrier): boolean {
  return one.id === other.id && one.collection === other.collection
}
