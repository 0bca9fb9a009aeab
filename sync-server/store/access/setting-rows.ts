import type { AccessStore } from '../contract.ts'
import { readCounter } from '../dialects/counters.ts'
import type { Port } from '../port.ts'

type SettingRows = Pick<AccessStore, 'number' | 'leaseDays' | 'setLeaseDays'>

/** What an administrator sets for the whole organisation. Read anew each time: another process may have changed it. */
export function settingRows({ dialect, reader, write }: Port): SettingRows {
  return {
    number: async () => readCounter({ executor: await reader(), dialect }, 'access'),
    async leaseDays() {
      const query = (await reader()).selectFrom('organisation').select('lease_days')
      return (await query.executeTakeFirstOrThrow()).lease_days
    },
    setLeaseDays: (lease_days) =>
      write(async (executor) => {
        await executor.updateTable('organisation').set({ lease_days }).execute()
      }),
  }
}
