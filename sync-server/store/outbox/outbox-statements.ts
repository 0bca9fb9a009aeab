import type { NewOutgoing, OutgoingEnd, OutboxTransaction } from '../contract.ts'
import { insertAll } from '../dialects/batches.ts'
import type { Dialect, Executor, RowInsert, Statement } from '../dialects/dialect.ts'
import type { Staging } from '../documents/staging.ts'
import { outgoingRow, sealedFacts } from './outbox-rows.ts'
import type { Vault } from '../sealing/vault.ts'

// The outbox as a transaction writes it: what a commit causes to be sent goes into the queue with that same commit.

type Context = { readonly executor: Executor; readonly dialect: Dialect; readonly vault: Vault }

export type NumberedOutgoing = { readonly write: NewOutgoing; readonly seq: number }

export function outgoingStatements(
  { executor, vault }: Context,
  numbered: readonly NumberedOutgoing[],
): RowInsert[] {
  const rows = numbered.map(({ write, seq }) => outgoingRow(vault, write, seq))
  return insertAll('outbox', rows, (batch) => executor.insertInto('outbox').values(batch))
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
