import type { InboxEntry, InboxStore, NewMessage } from './contract.ts'
import { inRows } from './batches.ts'
import { takeNumbers } from './counters.ts'
import type { Executor } from './dialect.ts'
import { groupCommit } from './group-commit.ts'
import { inboxRow, keyHash, openEnd, openEntry, openSummary, rawHash, summaryColumns } from './inbox-rows.ts'
import type { Port } from './port.ts'

/** The most messages of one commit: bounds the memory and the time that one failure costs. */
const MOST_MESSAGES = 256

/** The inbox of the feeds: every message that was ever acknowledged, in order of receipt. */
export function createInboxStore(port: Port): InboxStore {
  const { vault, reader, write } = port
  const append = groupCommit((messages: readonly NewMessage[]) => appendAll(port, messages), MOST_MESSAGES)
  return {
    async append(message) {
      port.refuseWithin()
      return append(message)
    },
    async repeats(key, raw) {
      const hash = rawHash(vault, raw)
      const rows = await (
        await reader()
      )
        .selectFrom('inbox')
        .select(summaryColumns)
        .where('key_hash', '=', keyHash(vault, key))
        .orderBy('sequence', 'desc')
        .execute()
      return rows.map((row) => ({ ...openSummary(vault, row), same: row.raw_hash === hash }))
    },
    async next({ after, limit }) {
      const rows = await (
        await reader()
      )
        .selectFrom('inbox')
        .select([...summaryColumns, 'raw'])
        .where('state', '=', 'open')
        .where('sequence', '>', after)
        .orderBy('sequence')
        .limit(limit)
        .execute()
      return rows.map((row) => openEntry(vault, row))
    },
    reopen: (sequence) =>
      write(async (executor) => {
        const { numUpdatedRows } = await executor
          .updateTable('inbox')
          .set(openEnd)
          .where('sequence', '=', sequence)
          .where('state', '<>', 'open')
          .executeTakeFirst()
        return numUpdatedRows === 1n
      }, 'inbox'),
    list: (filter) => list(port, filter),
    async counts() {
      const rows = await (
        await reader()
      )
        .selectFrom('inbox')
        .select((row) => ['feed_id', 'state', row.fn.countAll<number>().as('count')])
        .groupBy(['feed_id', 'state'])
        .orderBy('feed_id')
        .orderBy('state')
        .execute()
      return rows.map(({ feed_id: feedId, state, count }) => ({ feedId, state, count }))
    },
    async entry(sequence) {
      const row = await (
        await reader()
      )
        .selectFrom('inbox')
        .select([...summaryColumns, 'raw'])
        .where('sequence', '=', sequence)
        .executeTakeFirst()
      return row === undefined ? null : openEntry(vault, row)
    },
  }
}

async function appendAll({ dialect, vault, write }: Port, messages: readonly NewMessage[]) {
  const sequences = await write(async (executor) => {
    const last = await takeNumbers(executor, 'inbox', messages.length)
    const rows = messages.map((message, index) =>
      inboxRow(vault, message, last - messages.length + 1 + index),
    )
    for (const batch of inRows(rows, 14)) await executor.insertInto('inbox').values(batch).execute()
    return rows.map(({ sequence }) => ({ sequence }))
  })
  dialect.changes.observe(new Map([['inbox', sequences.at(-1)?.sequence ?? 0]]))
  return sequences
}

async function list({ vault, reader }: Port, filter: Parameters<InboxStore['list']>[0]) {
  let query = (await reader())
    .selectFrom('inbox')
    .select(summaryColumns)
    .orderBy('sequence', 'desc')
    .limit(filter.limit)
  if (filter.feedId !== undefined) query = query.where('feed_id', '=', filter.feedId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.before !== undefined) query = query.where('sequence', '<', filter.before)
  return (await query.execute()).map((row) => openSummary(vault, row))
}

/** Within a transaction: the entry if it is still open, held until the commit. */
export async function claimMessage(
  { dialect, vault }: Pick<Port, 'dialect' | 'vault'>,
  executor: Executor,
  sequence: number,
): Promise<InboxEntry | null> {
  const row = await executor
    .selectFrom('inbox')
    .select([...summaryColumns, 'raw'])
    .where('sequence', '=', sequence)
    .where('state', '=', 'open')
    .modifyEnd(dialect.forUpdate)
    .executeTakeFirst()
  return row === undefined ? null : openEntry(vault, row)
}
