import type { Executor } from './dialect.ts'

/**
 * Takes `count` numbers of a counter and answers the last of them. Its row stays locked until the commit, which is what
 * makes the order of numbers the order of commits. Lock several counters in the order of their names.
 */
export async function takeNumbers(executor: Executor, name: string, count: number): Promise<number> {
  const { seq } = await executor
    .updateTable('counters')
    .set((row) => ({ seq: row('seq', '+', count) }))
    .where('name', '=', name)
    .returning('seq')
    .executeTakeFirstOrThrow()
  return seq
}

export async function readCounters(executor: Executor): Promise<ReadonlyMap<string, number>> {
  const rows = await executor.selectFrom('counters').select(['name', 'seq']).execute()
  return new Map(rows.map((row) => [row.name, row.seq]))
}

/** Where one counter stands, as of this executor's state. */
export async function readCounter(executor: Executor, name: string): Promise<number> {
  const { seq } = await executor
    .selectFrom('counters')
    .select('seq')
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return seq
}
