import type { InboxStore } from '../contract.ts'
import type { Port } from '../port.ts'
import { ERASED, emptiedRaw, openEntry, summaryColumns } from './inbox-rows.ts'

/** Messages whose content is taken away for good. What they were known by stays, so that a repeat is one. */
export function erasedMessages({
  vault,
  reader,
  write,
}: Pick<Port, 'vault' | 'reader' | 'write'>): Pick<InboxStore, 'closedAfter' | 'eraseContent'> {
  return {
    async closedAfter(sequence, limit) {
      const rows = (await reader())
        .selectFrom('inbox')
        .select([...summaryColumns, 'raw'])
        .where('sequence', '>', sequence)
        .where('state', '<>', 'open')
        .where((row) => row.or([row('code', 'is', null), row('code', '<>', ERASED)]))
        .orderBy('sequence')
        .limit(limit)
      return (await rows.execute()).map((row) => openEntry(vault, row))
    },
    eraseContent: (sequences, at) =>
      write(async (executor) => {
        let count = 0
        for (const sequence of sequences) {
          const { numUpdatedRows } = await executor
            .updateTable('inbox')
            .set((row) => ({
              raw: emptiedRaw(vault, sequence),
              code: ERASED,
              // Nobody can apply it any more.
              state: row
                .case()
                .when(row('state', 'in', ['parked', 'dead']))
                .then('refused' as const)
                .else(row.ref('state'))
                .end(),
              closed_at: row.fn.coalesce('closed_at', row.val(at)),
            }))
            .where('sequence', '=', sequence)
            .where('state', '<>', 'open')
            .executeTakeFirst()
          count += Number(numUpdatedRows)
        }
        if (sequences.length > 0)
          await executor
            .deleteFrom('inbox_subjects')
            .where('sequence', 'in', [...sequences])
            .execute()
        return count
      }, 'inbox'),
  }
}
