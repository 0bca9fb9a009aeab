import { z } from 'zod'
import type { AccessStore } from '../contract.ts'
import type { Port } from '../port.ts'

const recentSchema = z.array(z.strictObject({ number: z.int(), hash: z.string() }))

/** Numbers and hashes of what devices told: they say nothing of what was read. */
export function readHeadRows({ reader, write }: Port): Pick<AccessStore, 'readHead' | 'saveReadHead'> {
  return {
    async readHead(deviceId) {
      const rows = (await reader()).selectFrom('read_heads').selectAll()
      const row = await rows.where('device_id', '=', deviceId).executeTakeFirst()
      if (row === undefined) return null
      return { deviceId, number: row.number, recent: recentSchema.parse(JSON.parse(row.recent)) }
    },
    saveReadHead: ({ deviceId: device_id, number, recent }) =>
      write(async (executor) => {
        const values = { number, recent: JSON.stringify(recent) }
        await executor
          .insertInto('read_heads')
          .values({ device_id, ...values })
          .onConflict((conflict) => conflict.column('device_id').doUpdateSet(values))
          .execute()
      }),
  }
}
