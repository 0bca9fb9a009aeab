import { z } from 'zod'
import { collectionSchema, idSchema, instantSchema } from '#app/kernel/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import { organisationSchema, replicaHeadSchema, userSchema } from '#app/protocol/index.ts'
import type { ReplicaHead } from '#app/protocol/index.ts'
import { leaseSchema } from './lease/lease.ts'
import type { Lease } from './lease/lease.ts'
import type { RecordLog } from './storage/index.ts'

// What a replica knows without a server: whose it is, and how far its first load came. Sealed like the documents, so that
// unlocking works without a network.

export const identitySchema = z.strictObject({
  deviceId: idSchema,
  serverUrl: z.string(),
  user: userSchema,
  organisation: organisationSchema,
})
export type Identity = z.infer<typeof identitySchema>

export const syncRecordSchema = z.strictObject({
  /** The collections whose first load is over. */
  loaded: z.array(collectionSchema),
  lastReceiptAt: instantSchema.nullable(),
})
export type SyncRecord = { readonly loaded: readonly CollectionName[]; readonly lastReceiptAt: string | null }

/** The names of the records in the log `settings`. */
const LEASE = 'lease'
const IDENTITY = 'identity'
const SYNC = 'sync'
const OPENINGS = 'openings'

export class Settings {
  readonly #log: RecordLog

  constructor(log: RecordLog) {
    this.#log = log
  }

  /** Null where both pages of it are lost: the server knows whose replica this is, then. */
  identity(): Identity | null {
    return identitySchema.safeParse(this.#log.get(IDENTITY)).data ?? null
  }

  keepIdentity(identity: Identity): Promise<void> {
    return this.#log.put(IDENTITY, identity)
  }

  /** The same as in the key record, and what was seen since: whoever takes it out there still meets it here. */
  lease(): Lease | null {
    return leaseSchema.safeParse(this.#log.get(LEASE)).data ?? null
  }

  keepLease(lease: Lease): Promise<void> {
    return this.#log.put(LEASE, lease)
  }

  sync(): SyncRecord {
    return syncRecordSchema.safeParse(this.#log.get(SYNC)).data ?? { loaded: [], lastReceiptAt: null }
  }

  keepSync(record: SyncRecord): Promise<void> {
    return this.#log.put(SYNC, { ...record })
  }

  /** When this copy was opened since the server last met it (integrity/lineage.ts); empty where none is known. */
  openings(): ReplicaHead['openings'] {
    return replicaHeadSchema.shape.openings.safeParse(this.#log.get(OPENINGS)).data ?? []
  }

  keepOpenings(openings: ReplicaHead['openings']): Promise<void> {
    return this.#log.put(OPENINGS, openings)
  }
}
