import type { DestinationKey, OutboxStore, OutgoingState } from '../contract.ts'
import type { Executor } from '../dialects/dialect.ts'
import { openOutgoing, openOutgoingSummary, outgoingColumns } from './outbox-rows.ts'
import type { Port } from '../port.ts'

/** The queue of what is sent to other systems. What causes a message stages it; this reads and settles. */
export function createOutboxStore(port: Port): OutboxStore {
  const { vault, reader, write } = port
  return {
    async due(to, limit) {
      const rows = await dueRows(await reader(), to, limit)
      return rows.map((row) => openOutgoing(vault, row))
    },
    ...holding(port),
    async list({ feedId, kind, state, before, limit }) {
      let query = (await reader())
        .selectFrom('outbox')
        .select(outgoingColumns)
        .orderBy('sequence', 'desc')
        .limit(limit)
      if (feedId !== undefined) query = query.where('feed_id', '=', feedId)
      if (kind !== undefined) query = query.where('kind', '=', kind)
      if (state !== undefined) query = query.where('state', '=', state)
      if (before !== undefined) query = query.where('sequence', '<', before)
      return (await query.execute()).map((row) => openOutgoingSummary(vault, row))
    },
    async entry(sequence) {
      const row = await (
        await reader()
      )
        .selectFrom('outbox')
        .select([...outgoingColumns, 'raw'])
        .where('sequence', '=', sequence)
        .executeTakeFirst()
      return row === undefined ? null : openOutgoing(vault, row)
    },
    async counts() {
      const rows = await (
        await reader()
      )
        .selectFrom('outbox')
        .select((row) => ['feed_id', 'kind', 'state', row.fn.countAll<number>().as('count')])
        .groupBy(['feed_id', 'kind', 'state'])
        .orderBy('feed_id')
        .orderBy('kind')
        .orderBy('state')
        .execute()
      return rows.map(({ feed_id: feedId, ...rest }) => ({ feedId, ...rest }))
    },
    retry: (sequence) =>
      write((executor) => settle(executor, sequence, ['refused', 'dropped'], 'waiting', null), 'outbox'),
    drop: (sequence, at) =>
      write((executor) => settle(executor, sequence, ['waiting', 'refused'], 'dropped', at), 'outbox'),
    ...standing(port),
    prune: (before, limit) => write((executor) => prune(executor, before, limit)),
  }
}

/** A refused message keeps back what is about the same subject, whether it was before it in the queue or is behind. */
function dueRows(executor: Executor, { feedId, kind }: DestinationKey, limit: number) {
  return executor
    .selectFrom('outbox as o')
    .select([...outgoingColumns.map((column) => `o.${column}` as const), 'o.raw'])
    .where('o.feed_id', '=', feedId)
    .where('o.kind', '=', kind)
    .where('o.state', '=', 'waiting')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('outbox as before')
            .select('before.sequence')
            .whereRef('before.feed_id', '=', 'o.feed_id')
            .whereRef('before.kind', '=', 'o.kind')
            .whereRef('before.subject', '=', 'o.subject')
            .whereRef('before.sequence', '<', 'o.sequence')
            .where('before.state', '=', 'refused'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('outbox_destinations as d')
            .select('d.feed_id')
            .where('d.feed_id', '=', feedId)
            .where('d.kind', '=', kind)
            .where('d.paused_at', 'is not', null),
        ),
      ),
    )
    .orderBy('o.sequence')
    .limit(limit)
    .execute()
}

/** The right to send to a destination. */
function holding({ write }: Port): Pick<OutboxStore, 'hold' | 'release'> {
  return {
    hold: ({ feedId, kind }, holder, now, until) =>
      write(async (executor) => {
        const taken = await executor
          .insertInto('outbox_destinations')
          .values({ feed_id: feedId, kind, holder, held_until: until })
          .onConflict((conflict) =>
            conflict
              .columns(['feed_id', 'kind'])
              .doUpdateSet({ holder, held_until: until })
              .where((row) =>
                row.or([
                  row('outbox_destinations.holder', 'is', null),
                  row('outbox_destinations.holder', '=', holder),
                  row('outbox_destinations.held_until', '<=', now),
                ]),
              ),
          )
          .executeTakeFirst()
        return taken.numInsertedOrUpdatedRows === 1n
      }),
    release: ({ feedId, kind }, holder) =>
      write(async (executor) => {
        const held = executor
          .updateTable('outbox_destinations')
          .set({ holder: null, held_until: null })
          .where('feed_id', '=', feedId)
          .where('kind', '=', kind)
        await (holder === null ? held : held.where('holder', '=', holder)).execute()
      }),
  }
}

/** How it stands with the destinations. */
function standing({ reader, write }: Port): Pick<OutboxStore, 'pause' | 'tried' | 'destinations'> {
  return {
    pause: ({ feedId, kind }, at) =>
      write(async (executor) => {
        await executor
          .insertInto('outbox_destinations')
          .values({ feed_id: feedId, kind, paused_at: at })
          .onConflict((conflict) => conflict.columns(['feed_id', 'kind']).doUpdateSet({ paused_at: at }))
          .execute()
      }, 'outbox'),
    tried: ({ feedId, kind }, at, code) =>
      write(async (executor) => {
        const failures = code === null ? 0 : 1
        await executor
          .insertInto('outbox_destinations')
          .values({ feed_id: feedId, kind, tried_at: at, code, failures })
          .onConflict((conflict) =>
            conflict.columns(['feed_id', 'kind']).doUpdateSet((row) => ({
              tried_at: at,
              code,
              failures: code === null ? 0 : row('outbox_destinations.failures', '+', 1),
            })),
          )
          .execute()
      }),
    async destinations() {
      const rows = await (
        await reader()
      )
        .selectFrom('outbox_destinations')
        .selectAll()
        .orderBy('feed_id')
        .orderBy('kind')
        .execute()
      return rows.map((row) => ({
        feedId: row.feed_id,
        kind: row.kind,
        pausedAt: row.paused_at,
        failures: row.failures,
        code: row.code,
        triedAt: row.tried_at,
      }))
    },
  }
}

async function settle(
  executor: Executor,
  sequence: number,
  from: readonly OutgoingState[],
  state: OutgoingState,
  closedAt: string | null,
): Promise<boolean> {
  const { numUpdatedRows } = await executor
    .updateTable('outbox')
    .set({ state, closed_at: closedAt, code: null, facts: null })
    .where('sequence', '=', sequence)
    .where('state', 'in', from)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const overStates: readonly OutgoingState[] = ['accepted', 'dropped']

async function prune(executor: Executor, before: string, limit: number): Promise<number> {
  const old = executor
    .selectFrom('outbox')
    .select('sequence')
    .where('state', 'in', overStates)
    .where('created_at', '<', before)
    .orderBy('sequence')
    .limit(limit)
  const { numDeletedRows } = await executor
    .deleteFrom('outbox')
    .where('sequence', 'in', old)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
