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
  /** The life of the server's data (`Rev.incarnation`) in which the server had it; empty where that is not known. */
  life: z.string().default(''),
  /**
   * Those carriers for which it lies here: attached to them here, or fetched through them. For these this device answers to
   * the server, and not for whatever else names it. Of each the life of the data that its state is of.
   */
  through: z.array(blobCarrierSchema.extend({ life: z.string() })).default([]),
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
      if (names) return { ...record, carried: true, carriers: [...others, carrier] }
      return { ...record, carried: true, carriers: others, through: without(record, carrier) }
    })
  }

  /** From now on this device answers for the file in this document, whose state is of this life of the data. */
  answerFor(hash: string, carrier: BlobCarrier, life: string): Promise<void> {
    return this.#inTurn(hash, (record) => {
      if (record === undefined || !isCarrier(record, carrier)) return record
      return { ...record, through: [...without(record, carrier), { ...carrier, life }] }
    })
  }

  /**
   * A document that this device answers for is of this life of the data now. Where it was of another, the server may have lost
   * the file, or have the document from somebody who has not sent it: what lies here is to be sent again.
   */
  lives(hash: string, carrier: BlobCarrier, life: string | null): Promise<void> {
    return this.#inTurn(hash, (record) => {
      const before = record?.through.find((one) => sameCarrier(one, carrier))
      if (record === undefined || before === undefined || life === null || before.life === life) return record
      const through = [...without(record, carrier), { ...carrier, life }]
      return { ...record, through, sent: record.sent && record.state !== 'here' }
    })
  }

  /** The server has it, unless a document of `asSent` has begun another life meanwhile: then it is to be sent again. */
  sent(hash: string, asSent: FileRecord, life: string): Promise<void> {
    return this.#inTurn(hash, (record) => {
      const moved = record?.through.some((one) => {
        const before = asSent.through.find((other) => sameCarrier(one, other))
        return before !== undefined && before.life !== one.life
      })
      return record === undefined || moved === true ? record : { ...record, sent: true, life }
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

function without({ through }: FileRecord, carrier: BlobCarrier): FileRecord['through'] {
  return through.filter((one) => !sameCarrier(one, carrier))
}

function sameCarrier(one: BlobCarrier, other: BlobCarrier): boolean {
  return one.id === other.id && one.collection === other.collection
}
