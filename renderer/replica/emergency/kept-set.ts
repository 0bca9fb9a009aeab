import { BehaviorSubject } from 'rxjs'
import { z } from 'zod'
import { AppError, instant, instantSchema } from '#app/kernel/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import type { EmergencySet } from '#app/protocol/index.ts'
import type { KeptEmergencies } from '../contract.ts'
import { newFile } from '../files/shelf.ts'
import type { ReplicaKeys } from '../keys/index.ts'
import type { RecordLog, SealedPieces } from '../storage/index.ts'
import { openIndex, openRecords, sealSet } from './sealed-set.ts'
import type { SetIndex, SetPlace, SetRecords } from './sealed-set.ts'

type Parts = {
  /** Of JSON. It lies in the pages, which the head names: an older set can't be put back beside a newer record. */
  readonly log: RecordLog<string>
  readonly pieces: SealedPieces
  readonly replicaId: Id
  readonly keys: Pick<ReplicaKeys, 'sealEmergency' | 'openEmergency'>
  readonly clock: Clock
}

const SET = 'set'
const recordSchema = z.strictObject({
  id: z.string(),
  /** Of its pieces. */
  file: z.int().nonnegative(),
  /** The key of the set, for who has the passphrase. */
  box: z.string(),
  patients: z.int().nonnegative(),
  records: z.int().nonnegative(),
  cut: z.boolean(),
  deliveredAt: instantSchema,
})
type SetRecord = z.infer<typeof recordSchema>

/** The emergency set of this device. What is open of the replica seals a new one, and opens none. */
export class KeptSet {
  readonly #parts: Parts
  readonly #record: BehaviorSubject<SetRecord | null>
  readonly kept$ = new BehaviorSubject<KeptEmergencies | null>(null)
  /** Of a set that is being written. */
  #coming: number | null = null
  #isDoubted = false

  constructor(parts: Parts) {
    this.#parts = parts
    const known = parts.log.get(SET)
    const record = recordSchema.safeParse(known === undefined ? undefined : JSON.parse(known)).data ?? null
    this.#record = new BehaviorSubject(record)
    this.#record.subscribe((next) => this.kept$.next(told(next)))
  }

  /** Its id, for the server; null: none lies here, or none that is whole. */
  held(): EmergencySet['id'] | null {
    return this.#isDoubted ? null : (this.#record.value?.id ?? null)
  }

  /** Some of it does not open: the rest serves until the server has sent another. */
  doubt(): void {
    this.#isDoubted = true
  }

  isPieceOf(file: number): boolean {
    return file === this.#record.value?.file || file === this.#coming
  }

  /** In the place of the one before; killed meanwhile, one of the two is here. Throws `replica.write-failed`, `replica.locked`. */
  async keep(set: EmergencySet): Promise<void> {
    const { keys, log, clock } = this.#parts
    const before = this.#record.value
    const { key, box } = await keys.sealEmergency()
    const { id, patients, cut } = set
    const file = newFile()
    this.#coming = file
    try {
      if (patients.length > 0) await sealSet(this.#placeOf({ id, file }), key, set)
      const records = patients.reduce((sum, one) => sum + one.records.length, 0)
      const deliveredAt = instant(clock)
      const record = { id, file, box, patients: patients.length, records, cut, deliveredAt }
      await log.put(SET, JSON.stringify(record))
      this.#isDoubted = false
      this.#record.next(record)
    } finally {
      this.#coming = null
    }
    if (before !== null) await this.#parts.pieces.remove(before.file)
  }

  /** First the record: pieces without one are taken away at the next opening, if not now. */
  async forget(): Promise<void> {
    const before = this.#record.value
    if (before === null) return
    await this.#parts.log.remove(SET)
    this.#record.next(null)
    await this.#parts.pieces.remove(before.file)
  }

  /** The key of what is here, and how it is read. Throws `emergency.none`, `replica.passphrase`, `emergency.damaged`. */
  async unlock(passphrase: string): Promise<SetKey> {
    const record = this.#record.value
    if (record === null || record.patients === 0) throw new AppError('emergency.none')
    const place = this.#placeOf(record)
    const key = await this.#parts.keys.openEmergency(passphrase, record.box)
    return {
      index: () => openIndex(place, key),
      records: (at) => openRecords(place, key, at),
    }
  }

  close(): void {
    this.#record.complete()
    this.kept$.complete()
  }

  #placeOf({ id, file }: Pick<SetRecord, 'id' | 'file'>): SetPlace {
    const { pieces, replicaId } = this.#parts
    return { pieces, replicaId, setId: id, file }
  }
}

/** Reads a set for as long as somebody holds it. */
export type SetKey = {
  index(): Promise<SetIndex>
  records(at: number): Promise<SetRecords>
}

function told(record: SetRecord | null): KeptEmergencies | null {
  if (record === null || record.patients === 0) return null
  const { patients, records, cut, deliveredAt } = record
  return { patients, records, cut, deliveredAt }
}
