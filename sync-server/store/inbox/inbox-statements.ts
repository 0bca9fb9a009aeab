import { sql } from 'kysely'
import type { InboxOutcome, MessageState, Progress, Reached } from '../contract.ts'
import { insertAll } from '../dialects/batches.ts'
import type { Dialect, Executor, RowInsert } from '../dialects/dialect.ts'
import { trafficStatements } from './desk-store.ts'
import type { Arrived } from './desk-store.ts'
import { closedEnd, progressHash, subjectHash } from './inbox-rows.ts'
import type { Vault } from '../sealing/vault.ts'

// How entries of the inbox end, with the rest of what their transaction writes.

type Context = { readonly executor: Executor; readonly dialect: Dialect; readonly vault: Vault }

type Close = InboxOutcome & {
  readonly sequence: number
  readonly subjects?: readonly string[] | undefined
  readonly progress?: (Progress & Reached) | undefined
  readonly arrived?: Pick<Arrived, 'feedId' | 'receivedAt'> | undefined
}

/** Closes entries that the transaction holds: many in one statement. */
export function closeMessageStatements(context: Context, closes: readonly Close[]): RowInsert[] {
  if (closes.length === 0) return []
  return [
    ...ends(context, closes),
    ...progressStatements(context, closes),
    ...subjectStatements(context, closes),
    ...trafficStatements(
      context.executor,
      closes.flatMap(({ outcome, at, arrived }) =>
        arrived === undefined ? [] : [{ outcome, at, ...arrived }],
      ),
    ),
  ]
}

function ends({ executor, dialect, vault }: Context, closes: readonly Close[]): RowInsert[] {
  const bytes = sql.raw(dialect.name === 'sqlite' ? 'blob' : 'bytea')
  const latest = [...new Map(closes.map((close) => [close.sequence, close])).values()]
  const rows = latest.map((close) => ({
    sequence: close.sequence,
    ...closedEnd(vault, close.sequence, close),
  }))
  return insertAll('inbox ends', rows, (batch) => {
    const values = batch.map(
      ({ sequence, state, code, closed_at, facts }) =>
        sql`(cast(${sequence} as bigint), cast(${state} as text), cast(${code} as text),
          cast(${closed_at} as text), cast(${facts} as ${bytes}))`,
    )
    return executor
      .updateTable('inbox')
      .from(sql<EndRow>`(values ${sql.join(values)})`.as('ended'))
      .set((row) => ({
        state: row.ref('ended.column2'),
        code: row.ref('ended.column3'),
        closed_at: row.ref('ended.column4'),
        facts: row.ref('ended.column5'),
      }))
      .whereRef('inbox.sequence', '=', 'ended.column1')
  })
}

/** Both databases name the columns of bare values so. */
type EndRow = {
  column1: number
  column2: MessageState
  column3: string | null
  column4: string | null
  column5: Buffer | null
}

/** Only forwards: what was sent late does not take a sender back. */
function progressStatements({ executor, vault }: Context, closes: readonly Close[]): RowInsert[] {
  const furthest = new Map<string, Reached>()
  for (const { progress } of closes) {
    if (progress === undefined) continue
    const hash = progressHash(vault, progress)
    furthest.set(hash, together(furthest.get(hash) ?? null, progress))
  }
  const rows = [...furthest].map(([hash, { at, since }]) => ({ hash, at, since }))
  return insertAll('inbox_progress', rows, (batch) =>
    executor
      .insertInto('inbox_progress')
      .values(batch)
      .onConflict((conflict) =>
        conflict
          .column('hash')
          .doUpdateSet((row) => ({ at: row.ref('excluded.at') }))
          .whereRef('inbox_progress.at', '<', 'excluded.at'),
      ),
  )
}

/** The later time, and the first receipt. */
export function together(one: Reached | null, other: Reached): Reached {
  if (one === null) return other
  return {
    at: one.at < other.at ? other.at : one.at,
    since: one.since < other.since ? one.since : other.since,
  }
}

/** Kept while a letter is dead: any other end takes its subjects away. */
function subjectStatements({ executor, vault }: Context, closes: readonly Close[]): RowInsert[] {
  const rows = closes.flatMap(({ sequence, subjects = [] }) =>
    [...new Set(subjects)].map((subject) => ({ hash: subjectHash(vault, subject), sequence })),
  )
  return insertAll('inbox_subjects', rows, (batch) =>
    executor
      .insertInto('inbox_subjects')
      .values(batch)
      .onConflict((conflict) => conflict.doNothing()),
  )
}
