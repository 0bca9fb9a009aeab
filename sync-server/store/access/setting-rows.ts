import { z } from 'zod'
import { roleSchema } from '#app/kernel/index.ts'
import type { AccessStore } from '../contract.ts'
import { readCounter } from '../dialects/counters.ts'
import type { Port } from '../port.ts'

const byRoleSchema = z.partialRecord(roleSchema, z.int().positive())

type SettingRows = Pick<AccessStore, 'number' | 'leaseDays' | 'setLeaseDays'>

/** What an administrator sets for the whole organisation. Read anew each time: another process may have changed it. */
export function settingRows({ dialect, reader, write }: Port): SettingRows {
  return {
    number: async () => readCounter({ executor: await reader(), dialect }, 'access'),
    async leaseDays() {
      const query = (await reader()).selectFrom('organisation').select(['lease_days', 'lease_by_role'])
      const { lease_days: days, lease_by_role: byRole } = await query.executeTakeFirstOrThrow()
      return { days, byRole: byRole === null ? {} : byRoleSchema.parse(JSON.parse(byRole)) }
    },
    setLeaseDays: ({ days, byRole }) =>
      write(async (executor) => {
        const values = { lease_days: days, lease_by_role: JSON.stringify(byRole) }
        await executor.updateTable('organisation').set(values).execute()
      }),
  }
}
