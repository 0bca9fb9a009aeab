import type { Dialect, Executor } from './dialect.ts'
import { prepared } from './prepared.ts'

type Place = { readonly executor: Executor; readonly dialect: Dialect }

const taken = prepared<{ name: string; count: number }, { seq: number }>(({ executor }, { name, count }) =>
  executor
    .updateTable('counters')
    .set((row) => ({ seq: row('seq', '+', count) }))
    .where('name', '=', name)
    .returning('seq'),
)

/**
 * Takes `count` numbers of a counter and answers the last of them. Its row stays locked until the commit, which is what
 * makes the order of numbers the order of commits. Lock several counters in the order of their names.
 */
export async function takeNumbers(place: Place, name: string, count: number): Promise<number> {
  const [row] = await taken(place, { name, count })
  if (row === undefined) throw new Error(`no counter ${name}`)
  return row.seq
}

export async function readCounters(executor: Executor): Promise<ReadonlyMap<string, number>> {
  const rows = await executor.selectFrom('counters').select(['name', 'seq']).execute()
  return new Map(rows.map((row) => [row.name, row.seq]))
}

const counter = prepared<{ name: string }, { seq: number }>(({ executor }, { name }) =>
  executor.selectFrom('counters').select('seq').where('name', '=', name),
)

/** Where one counter stands, as of this executor's state. */
export async function readCounter(place: Place, name: string): Promise<number> {
  const [row] = await counter(place, { name })
  if (row === undefined) throw new Error(`no counter ${name}`)
  return row.seq
}
