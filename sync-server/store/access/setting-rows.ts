import type { AccessStore } from '../contract.ts'
import type { Port } from '../port.ts'

/** What an administrator sets for the whole organisation. Read anew each time: another process may have changed it. */
export function settingRows({ reader, write }: Port): Pick<AccessStore, 'leaseDays' | 'setLeaseDays'> {
  return {
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
