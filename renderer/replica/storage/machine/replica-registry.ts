import { Dexie } from 'dexie'
import type { Table } from 'dexie'
import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { wipedRequestSchema } from '#app/protocol/index.ts'
import { failuresSchema } from '../../unlock/unlock-attempts.ts'

/** A replica on this machine: what the lock screen shows, and where its pages lie. Nothing of patients. */
export const registeredReplicaSchema = z.strictObject({
  replicaId: idSchema,
  login: z.string().max(128),
  serverUrl: z.string(),
  enrolledAt: instantSchema,
  lastUsedAt: instantSchema,
  /** Random: tells nothing of user or organisation. */
  databaseName: z.string().min(1),
  /** Wrong passphrases since the last right one. */
  failures: failuresSchema.optional(),
  /** There while the replica is being destroyed, and after it until nothing is left to be said about it. */
  wipe: z
    .strictObject({
      state: z.enum(['begun', 'done']),
      /** Signed while there was a key to sign with; null where the user asked for it. */
      confirmation: wipedRequestSchema.nullable(),
      confirmed: z.boolean(),
      told: z.boolean(),
    })
    .optional(),
  /** A request for recovery that this machine made, and whether a recovery is still to be told of. */
  recovery: z.strictObject({ requestId: idSchema.nullable(), done: z.boolean() }).optional(),
})
export type RegisteredReplica = z.infer<typeof registeredReplicaSchema>

export type ReplicaRegistry = {
  /** The last used first. */
  all(): Promise<RegisteredReplica[]>
  get(replicaId: Id): Promise<RegisteredReplica | null>
  put(replica: RegisteredReplica): Promise<void>
  remove(replicaId: Id): Promise<void>
  close(): void
}

export type IndexedDbFactory = { readonly indexedDB: IDBFactory; readonly IDBKeyRange: typeof IDBKeyRange }

/** `factory` is for Node, which has no IndexedDB of its own. */
export function openReplicaRegistry(factory?: IndexedDbFactory): ReplicaRegistry {
  const database = new Dexie('rounds-machine', { chromeTransactionDurability: 'strict', ...factory })
  database.version(1).stores({ replicas: 'replicaId' })
  const replicas: Table<unknown, Id> = database.table('replicas')
  return {
    async all() {
      const found = z.array(registeredReplicaSchema).parse(await replicas.toArray())
      return found.toSorted((a, b) => (a.lastUsedAt < b.lastUsedAt ? 1 : -1))
    },
    async get(replicaId) {
      return registeredReplicaSchema.nullable().parse((await replicas.get(replicaId)) ?? null)
    },
    async put(replica) {
      await replicas.put(registeredReplicaSchema.parse(replica))
    },
    async remove(replicaId) {
      await replicas.delete(replicaId)
    },
    close: () => database.close(),
  }
}

/** The name of a new replica's database: random, so that it tells neither user nor organisation. */
export function newDatabaseName(): string {
  return `rounds-${crypto.randomUUID()}`
}
