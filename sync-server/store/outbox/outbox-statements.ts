import type { NewOutgoing, OutgoingEnd, OutboxTransaction } from '../contract.ts'
import { insertAll } from '../dialects/batches.ts'
import { takeNumbers } from '../dialects/counters.ts'
import type { Dialect, Executor, RowInsert, Statement } from '../dialects/dialect.ts'
import type { Staging } from '../documents/staging.ts'
import type { Signal } from '../port.ts'
import { outgoingRow, sealedFacts } from './outbox-rows.ts'
import type { Vault } from '../sealing/vault.ts'

// The outbox as a transaction writes it: what a commit causes to be sent goes into the queue with that same commit.

/** The counter of what goes out. */
export const OUTBOX = 'outbox' satisfies Signal

type Context = { readonly executor: Executor; readonly dialect: Dialect; readonly vault: Vault }

export type NumberedOutgoing = { readonly write: NewOutgoing; readonly seq: number }

export function outgoingStatements(
  { executor, vault }: Context,
  numbered: readonly NumberedOutgoing[],
): RowInsert[] {
  const rows = numbered.map(({ write, seq }) => outgoingRow(vault, write, seq))
  return insertAll('outbox', rows, (batch) => executor.insertInto('outbox').values(batch))
}

/** Into their queues with a commit that takes no other number behind this. Answers the counter that moved. */
export async function queueOutgoing(
  context: Context,
  messages: readonly NewOutgoing[],
): Promise<ReadonlyMap<string, number>> {
  if (messages.length === 0) return new Map()
  const { executor, dialect } = context
  const head = await takeNumbers(context, OUTBOX, messages.length)
  const first = head - messages.length + 1
  const numbered = messages.map((write, index) => ({ write, seq: first + index }))
  await dialect.runAll(executor, outgoingStatements(context, numbered))
  return new Map([[OUTBOX, head]])
}

/** A message is counted as sent before it goes: a crash in between counts one too many, never one too few. */
export function sendingStatements({ executor }: Context, sequences: readonly number[]): Statement[] {
  return sequences.map((sequence) =>
    executor
      .updateTable('outbox')
      .set((row) => ({ attempts: row('attempts', '+', 1) }))
      .where('sequence', '=', sequence),
  )
}

/** Only what waits can end: a person may have dropped it meanwhile. */
export function outgoingEndStatements(
  { executor, vault }: Context,
  ends: readonly OutgoingEnd[],
): Statement[] {
  return ends.map(({ sequence, state, code, facts, at }) =>
    executor
      .updateTable('outbox')
      .set({
        state,
        code: code ?? null,
        closed_at: at,
        facts: sealedFacts(vault, sequence, facts),
      })
      .where('sequence', '=', sequence)
      .where('state', '=', 'waiting'),
  )
}

export function outboxTransaction(executor: Executor, staging: Staging): OutboxTransaction {
  return {
    async told(feedId, subject) {
      const isStaged = staging
        .of('outgoing')
        .some(({ message }) => message.feedId === feedId && message.subject === subject)
      if (isStaged) return true
      const row = await executor
        .selectFrom('outbox')
        .select('sequence')
        .where('feed_id', '=', feedId)
        .where('subject', '=', subject)
        .where('state', '<>', 'dropped')
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },
  }
}
