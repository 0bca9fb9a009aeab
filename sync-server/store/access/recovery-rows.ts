import { boxesSchema, recoveryKeysSchema } from '#app/recovery/index.ts'
import type { RecoveryStore, StoredRecovery } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'

/** Public keys and sealed boxes: there is nothing here that the server could open. */
export function recoveryRows({ reader, write }: Port): RecoveryStore {
  return {
    async recoveryKeys() {
      const query = (await reader()).selectFrom('organisation').select('recovery_keys')
      const { recovery_keys: keys } = await query.executeTakeFirstOrThrow()
      return keys === null ? null : recoveryKeysSchema.parse(JSON.parse(keys))
    },
    setRecoveryKeys: (keys) =>
      write(async (executor) => {
        await executor
          .updateTable('organisation')
          .set({ recovery_keys: JSON.stringify(keys) })
          .execute()
      }),
    saveEscrow: ({ deviceId: device_id, fingerprint, boxes, createdAt: created_at }) =>
      write(async (executor) => {
        const values = { fingerprint, boxes: JSON.stringify(boxes), created_at }
        await executor
          .insertInto('escrows')
          .values({ device_id, ...values })
          .onConflict((conflict) => conflict.column('device_id').doUpdateSet(values))
          .execute()
      }),
    async escrow(deviceId) {
      const query = (await reader()).selectFrom('escrows').selectAll().where('device_id', '=', deviceId)
      const row = await query.executeTakeFirst()
      if (row === undefined) return null
      const { fingerprint, boxes, created_at: createdAt } = row
      return { deviceId, fingerprint, boxes: boxesSchema.parse(JSON.parse(boxes)), createdAt }
    },
    saveRecovery: (recovery) =>
      write(async (executor) => {
        const { id, ...values } = recoveryRow(recovery)
        const others = executor.deleteFrom('recoveries').where('device_id', '=', values.device_id)
        await others.where('id', '!=', id).execute()
        await executor
          .insertInto('recoveries')
          .values({ id, ...values })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute()
      }),
    async recovery(id) {
      const query = (await reader()).selectFrom('recoveries').selectAll().where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row === undefined ? null : openRecovery(row)
    },
    async recoveries() {
      const query = (await reader()).selectFrom('recoveries').selectAll().orderBy('requested_at')
      return (await query.execute()).map(openRecovery)
    },
  }
}

function recoveryRow(recovery: StoredRecovery): Tables['recoveries'] {
  const { id, deviceId, publicKey, requestedAt, firstBy, boxes, secondBy, box } = recovery
  return {
    id,
    device_id: deviceId,
    public_key: publicKey,
    requested_at: requestedAt,
    first_by: firstBy,
    boxes: boxes === null ? null : JSON.stringify(boxes),
    second_by: secondBy,
    box,
  }
}

function openRecovery(row: Tables['recoveries']): StoredRecovery {
  return {
    id: row.id,
    deviceId: row.device_id,
    publicKey: row.public_key,
    requestedAt: row.requested_at,
    firstBy: row.first_by,
    boxes: row.boxes === null ? null : boxesSchema.parse(JSON.parse(row.boxes)),
    secondBy: row.second_by,
    box: row.box,
  }
}
