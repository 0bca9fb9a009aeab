import { sql } from 'kysely'
import type { ErrorFacts } from '#app/kernel/index.ts'
import type { Appended, InboxStore, MessageState, NewMessage, NewOutgoing } from '../contract.ts'
import { insertAll } from '../dialects/batches.ts'
import { takeNumbers } from '../dialects/counters.ts'
import type { Dialect, Executor } from '../dialects/dialect.ts'
import { groupCommit } from '../dialects/group-commit.ts'
import { prepared } from '../dialects/prepared.ts'
import { queueOutgoing } from '../outbox/outbox-statements.ts'
import { trafficStatements } from './desk-store.ts'
import type { Arrived } from './desk-store.ts'
import { erasedMessages } from './erased-messages.ts'
import {
  closedEnd,
  ERASED,
  inboxRow,
  marksOf,
  noticedEnd,
  openEnd,
  openEntry,
  openSummary,
  sealedFacts,
} from './inbox-rows.ts'
import { summaryColumns } from './inbox-rows.ts'
import type { Marks, NewRow } from './inbox-rows.ts'
import { inboxSearch } from './inbox-search.ts'
import type { Port } from '../port.ts'
import type { Vault } from '../sealing/vault.ts'

/** The most messages of one commit: bounds the memory and the time that one failure costs. */
const MOST_MESSAGES = 256

/** The inbox of the feeds: every message that was ever acknowledged, in order of receipt. */
export function createInboxStore(port: Port): InboxStore {
  const { vault, reader, write } = port
  const append = groupCommit((messages: readonly NewMessage[]) => appendAll(port, messages), {
    most: MOST_MESSAGES,
  })
  return {
    async append(message) {
      port.refuseWithin()
      return append(message)
    },
    addFacts: (sequence, facts) => write((executor) => addFacts({ executor, vault }, sequence, facts)),
    reopen: (sequence, { forced = false, facts } = {}) =>
      write(async (executor) => {
        const end = facts === undefined ? openEnd : noticedEnd(vault, sequence, facts)
        const { numUpdatedRows } = await executor
          .updateTable('inbox')
          .set((row) => ({ ...end, reopened: row('reopened', '+', 1), forced: forced ? 1 : 0 }))
          .where('sequence', '=', sequence)
          .where('state', '<>', 'open')
          .where((row) => row.or([row('code', 'is', null), row('code', '<>', ERASED)]))
          .executeTakeFirst()
        return numUpdatedRows === 1n
      }, 'inbox'),
    ...inboxSearch(port),
    ...erasedMessages(port),
    async counts() {
      const rows = await (
        await reader()
      )
        .selectFrom('inbox')
        .select((row) => [
          'feed_id',
          'state',
          row.fn.countAll<number>().as('count'),
          row.fn.max('sequence').as('latest'),
        ])
        .groupBy(['feed_id', 'state'])
        .orderBy('feed_id')
        .orderBy('state')
        .execute()
      return rows.map(({ feed_id: feedId, ...rest }) => ({ feedId, ...rest }))
    },
    async oldestOpen() {
      const open = (await reader()).selectFrom('inbox').where(isOpen).groupBy('feed_id')
      const rows = open.select((row) => ['feed_id as feedId', row.fn.min('received_at').as('receivedAt')])
      return rows.orderBy('feed_id').execute()
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
    async summaries(sequences) {
      if (sequences.length === 0) return []
      const some = (await reader())
        .selectFrom('inbox')
        .select(summaryColumns)
        .where('sequence', 'in', sequences)
      return (await some.orderBy('sequence').execute()).map((row) => openSummary(vault, row))
    },
    async copies(sequence) {
      const executor = await reader()
      const copied = executor.selectFrom('inbox').select('sequence').where('replays', '=', sequence)
      return (await copied.orderBy('sequence').execute()).map((row) => row.sequence)
    },
    async sameKey(sequence) {
      const executor = await reader()
      const key = executor.selectFrom('inbox').select('key_hash').where('sequence', '=', sequence)
      const same = executor.selectFrom('inbox').select(summaryColumns).where('key_hash', '=', key)
      return (await same.orderBy('sequence').execute()).map((row) => openSummary(vault, row))
    },
    prune: (before, limit) => write((executor) => prune(executor, before, limit)),
  }
}

async function appendAll({ dialect, vault, write }: Port, messages: readonly NewMessage[]) {
  const { results, queued } = await write(async (executor) => {
    const marks = messages.map((message) => marksOf(vault, message))
    // The counter's row stays locked from here, and the second statement runs after it: whoever else appends sees these, or
    // these see theirs.
    const [last, earlier] = await Promise.all([
      takeNumbers({ executor, dialect }, 'inbox', messages.length),
      readEarlier({ executor, dialect }, messages, marks),
    ])
    const results: Appended[] = []
    const rows = messages.map((message, index) => {
      const sequence = last - messages.length + 1 + index
      const own = marks[index] ?? marksOf(vault, message)
      const { row, repeats, facts } = judged(vault, message, sequence, own, earlier)
      results.push({ sequence, repeats, facts })
      return row
    })
    const inserts = insertAll('inbox', rows, (batch) => executor.insertInto('inbox').values(batch))
    for (const insert of inserts) await dialect.insert(executor, insert)
    await dialect.runAll(executor, trafficStatements(executor, rows.flatMap(arrivedAlready)))
    const acknowledged = messages.flatMap(
      (message, index) => acknowledgedAlready(message, results[index]) ?? [],
    )
    return { results, queued: await queueOutgoing({ executor, dialect, vault }, acknowledged) }
  })
  dialect.changes.observe(new Map([['inbox', results.at(-1)?.sequence ?? 0], ...queued]))
  return results
}

/** The acknowledgement of what is over when it comes in: the other kind goes with the end of its message. */
function acknowledgedAlready(
  { acknowledgement, closed }: NewMessage,
  appended: Appended | undefined,
): NewOutgoing | undefined {
  const repeated = appended?.repeats?.state
  const isOver = repeated === undefined ? closed !== undefined : repeated !== 'open' && repeated !== 'dead'
  return isOver ? acknowledgement : undefined
}

async function addFacts(
  { executor, vault }: { readonly executor: Executor; readonly vault: Vault },
  sequence: number,
  facts: ErrorFacts,
): Promise<void> {
  const row = await executor
    .selectFrom('inbox')
    .select(summaryColumns)
    .where('sequence', '=', sequence)
    .where('state', '<>', 'open')
    .executeTakeFirst()
  if (row === undefined) return
  const known = openSummary(vault, row).facts
  await executor
    .updateTable('inbox')
    .set({ facts: sealedFacts(vault, sequence, { ...known, ...facts }) })
    .where('sequence', '=', sequence)
    .where('state', '<>', 'open')
    .execute()
}

/** What is over when it comes in: repeats, refusals, what a rule parks. */
function arrivedAlready({
  feed_id: feedId,
  received_at: receivedAt,
  state,
  closed_at: at,
}: NewRow): Arrived[] {
  return state === 'open' || at === null ? [] : [{ feedId, receivedAt, outcome: state, at }]
}

type Earlier = Pick<NewRow, 'sequence' | 'raw_hash' | 'state' | 'received_at' | 'replays'>

const underKeys = prepared<{ keys: readonly string[] }, Earlier & Pick<NewRow, 'key_hash'>>(
  ({ executor, dialect }, { keys }) =>
    executor
      .selectFrom('inbox')
      .select(['key_hash', 'sequence', 'raw_hash', 'state', 'received_at', 'replays'])
      .where(dialect.any('key_hash', keys)),
)

/** What came in under the keys of these messages, oldest first. */
async function readEarlier(
  place: { readonly executor: Executor; readonly dialect: Dialect },
  messages: readonly NewMessage[],
  marks: readonly Marks[],
): Promise<Map<string, Earlier[]>> {
  const wanted = new Set<string>()
  for (const [index, { memory }] of messages.entries()) {
    const key = marks[index]?.key_hash ?? null
    if (memory !== undefined && key !== null) wanted.add(key)
  }
  if (wanted.size === 0) return new Map()
  // Ordered here: asked for the order, SQLite reads the whole inbox in that order.
  const rows = (await underKeys(place, { keys: [...wanted] })).toSorted((a, b) => a.sequence - b.sequence)
  return Map.groupBy(rows, (row) => row.key_hash ?? '')
}

type Judged = Omit<Appended, 'sequence'> & { readonly row: NewRow }

/** The row of a message, and what it repeats of the rows before it, those of the same commit included. */
function judged(
  vault: Vault,
  message: NewMessage,
  sequence: number,
  marks: Marks,
  earlier: Map<string, Earlier[]>,
): Judged {
  const { memory, closed, receivedAt } = message
  const made = (end: Parameters<typeof inboxRow>[4]): NewRow => inboxRow(vault, message, sequence, marks, end)
  const asGiven = closed === undefined ? openEnd : closedEnd(vault, sequence, closed)
  if (memory === undefined || marks.key_hash === null) return { row: made(asGiven), repeats: null, facts: {} }
  const known = (earlier.get(marks.key_hash) ?? []).filter(
    ({ state, received_at }) => received_at >= memory.since && isRemembered(state, memory.deadIsRefused),
  )
  const same = known.findLast(({ raw_hash }) => raw_hash === marks.raw_hash)
  if (same !== undefined) {
    const end = closedEnd(vault, sequence, {
      outcome: 'duplicate',
      facts: { repeats: same.sequence },
      at: receivedAt,
    })
    return { row: made(end), repeats: { sequence: same.sequence, state: same.state }, facts: {} }
  }
  // A corrected copy goes by the control id of what it corrects: that is no reuse.
  const isReused = known.some(({ replays }) => replays === null)
  const facts = isReused ? { controlIdReused: true } : {}
  const row = made(isReused && closed === undefined ? noticedEnd(vault, sequence, facts) : asGiven)
  const { raw_hash, state, received_at, replays } = row
  earlier.set(marks.key_hash, [
    ...(earlier.get(marks.key_hash) ?? []),
    { sequence, raw_hash, state, received_at, replays },
  ])
  return { row, repeats: null, facts }
}

/** Only positive answers are remembered: a repeat of what was refused is judged anew. */
function isRemembered(state: MessageState, deadIsRefused: boolean): boolean {
  return state !== 'refused' && state !== 'duplicate' && !(state === 'dead' && deadIsRefused)
}

/** In these words, so that the database finds them by the index of what is open. */
const isOpen = sql<boolean>`state = 'open'`

/** What waits for a person is never old enough. */
const overStates: readonly MessageState[] = ['applied', 'duplicate', 'refused', 'corrected']

async function prune(executor: Executor, before: string, limit: number): Promise<number> {
  const old = await executor
    .selectFrom('inbox')
    .select('sequence')
    .where('state', 'in', overStates)
    .where('received_at', '<', before)
    .orderBy('sequence')
    .limit(limit)
    .execute()
  if (old.length === 0) return 0
  const sequences = old.map((row) => row.sequence)
  await executor.deleteFrom('inbox_subjects').where('sequence', 'in', sequences).execute()
  const { numDeletedRows } = await executor
    .deleteFrom('inbox')
    .where('sequence', 'in', sequences)
    .where('state', 'in', overStates)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
