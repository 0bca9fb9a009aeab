import { z } from 'zod'
import { replicaPlaceSchema } from '#app/protocol/index.ts'
import type { ReplicaHeadStore } from '../contract.ts'
import type { Port } from '../port.ts'

/** Numbers of commits and random marks: they say nothing of what is in a copy. */
export function replicaHeadRows({ reader, write }: Port): ReplicaHeadStore {
  return {
    async replicaHead(deviceId) {
      const query = (await reader()).selectFrom('replica_heads').selectAll().where('device_id', '=', deviceId)
      const row = await query.executeTakeFirst()
      if (row === undefined) return null
      return {
        deviceId,
        place: { commit: row.commit_number, opening: row.opening },
        leftBehind: z.array(replicaPlaceSchema).parse(JSON.parse(row.left_behind)),
        healing: row.healing === 1,
        decided: row.decided === 1,
      }
    },
    saveReplicaHead: ({ deviceId: device_id, place, leftBehind, healing, decided }) =>
      write(async (executor) => {
        const values = {
          commit_number: place.commit,
          opening: place.opening,
          left_behind: JSON.stringify(leftBehind),
          healing: healing ? 1 : 0,
          decided: decided ? 1 : 0,
        }
        await executor
          .insertInto('replica_heads')
          .values({ device_id, ...values })
          .onConflict((conflict) => conflict.column('device_id').doUpdateSet(values))
          .execute()
      }),
    advanceReplicaHead: (device_id, { commit, opening }) =>
      write(async (executor) => {
        const first = { device_id, commit_number: commit, opening, left_behind: '[]', healing: 0, decided: 0 }
        const row = await executor
          .insertInto('replica_heads')
          .values(first)
          .onConflict((conflict) =>
            conflict
              .column('device_id')
              .doUpdateSet({ commit_number: commit })
              .where('replica_heads.opening', '=', opening)
              .where('replica_heads.commit_number', '<=', commit),
          )
          .returning('device_id')
          .executeTakeFirst()
        return row !== undefined
      }),
    forgetShadows: (device_id) =>
      write(async (executor) => {
        await executor.deleteFrom('shadows').where('device_id', '=', device_id).execute()
      }),
  }
}
