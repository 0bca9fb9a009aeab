import type { Id } from '#app/kernel/index.ts'
import type { ConsoleMarkedRecord } from '../../../console-api/protocol/privacy/mark-calls.ts'

type Record = Pick<ConsoleMarkedRecord, 'id' | 'hangsOn'>

/** What hangs on the chosen records, directly or by others, and is not chosen itself. */
export function hangingOn(records: readonly Record[], chosen: ReadonlySet<Id>): ReadonlySet<Id> {
  const reached = new Set(chosen)
  let before: number
  do {
    before = reached.size
    for (const { id, hangsOn } of records) if (hangsOn.some((on) => reached.has(on))) reached.add(id)
  } while (reached.size > before)
  return new Set([...reached].filter((id) => !chosen.has(id)))
}
