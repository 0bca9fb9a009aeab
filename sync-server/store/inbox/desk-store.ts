import { sql } from 'kysely'
import { newId } from '#app/kernel/index.ts'
import type { Deed, DeskStore, InboxOutcome, Stretch, Traffic } from '../contract.ts'
import { slownessBounds } from '../contract/desk.ts'
import { inRows, insertAll } from '../dialects/batches.ts'
import type { Executor, RowInsert } from '../dialects/dialect.ts'
import type { Port } from '../port.ts'
import type { Place } from '../sealing/vault.ts'

const MINUTE = '2026-05-11T08:30'.length
const lengths: Readonly<Record<Stretch, number>> = {
  minute: MINUTE,
  'ten-minutes': MINUTE - 1,
  hour: MINUTE - 3,
}

export function createDeskStore({ vault, reader, write }: Port): DeskStore {
  return {
    async traffic(since, stretch) {
      const start = sql<string>`substr(minute, 1, ${sql.lit(lengths[stretch])})`
      return (await reader())
        .selectFrom('feed_traffic')
        .select((row) => [
          'feed_id as feedId',
          start.as('stretch'),
          'outcome',
          'slowness',
          sql<number>`cast(${row.fn.sum('count')} as bigint)`.as('count'),
        ])
        .where('minute', '>=', since.slice(0, MINUTE))
        .groupBy(['feed_id', start, 'outcome', 'slowness'])
        .orderBy(start)
        .execute()
    },
    forgetTraffic: (before) =>
      write(async (executor) => {
        await executor.deleteFrom('feed_traffic').where('minute', '<', before.slice(0, MINUTE)).execute()
      }),
    note: (deeds) =>
      write(async (executor) => {
        const rows = deeds.map(({ sequence, at, by: by_user, action, purpose }) => {
          const id = newId()
          return { id, sequence, at, by_user, action, sealed: vault.sealJson(deedPlace(id), { purpose }) }
        })
        for (const batch of inRows(rows, 6))
          await executor.insertInto('message_deeds').values(batch).execute()
      }),
    async deeds(sequence) {
      const all = (await reader()).selectFrom('message_deeds').selectAll().where('sequence', '=', sequence)
      return (await all.orderBy('id').execute()).map(({ id, at, by_user: by, action, sealed }) => {
        const { purpose } = vault.openJson(deedPlace(id), sealed)
        return { sequence, at, by, action, purpose }
      })
    },
    acknowledge: ({ cause, by: by_user, at, upTo: up_to }) =>
      write(async (executor) => {
        const values = { by_user, at, up_to }
        await executor
          .insertInto('alert_acknowledgements')
          .values({ cause, ...values })
          .onConflict((conflict) => conflict.column('cause').doUpdateSet(values))
          .execute()
      }),
    async acknowledgements() {
      const all = (await reader()).selectFrom('alert_acknowledgements')
      return all.select(['cause', 'by_user as by', 'at', 'up_to as upTo']).orderBy('cause').execute()
    },
  }
}

function deedPlace(id: string): Place<Pick<Deed, 'purpose'>> {
  return { table: 'message_deeds', id, revision: '' }
}

/** A message that ends for the first time. */
export type Arrived = Pick<InboxOutcome, 'outcome' | 'at'> & {
  readonly feedId: string
  readonly receivedAt: string
}

/** Adds messages to the traffic of the minute in which they came. */
export function trafficStatements(executor: Executor, arrived: readonly Arrived[]): RowInsert[] {
  const rows = new Map<string, Omit<Traffic, 'stretch'> & { readonly minute: string }>()
  for (const { feedId, receivedAt, outcome, at } of arrived) {
    const minute = receivedAt.slice(0, MINUTE)
    const slowness = slownessOf(Date.parse(at) - Date.parse(receivedAt))
    const key = `${minute} ${feedId} ${outcome} ${slowness}`
    rows.set(key, { minute, feedId, outcome, slowness, count: (rows.get(key)?.count ?? 0) + 1 })
  }
  const values = [...rows.values()].map(({ feedId: feed_id, ...rest }) => ({ feed_id, ...rest }))
  return insertAll('feed_traffic', values, (batch) =>
    executor
      .insertInto('feed_traffic')
      .values(batch)
      .onConflict((conflict) =>
        conflict.columns(['minute', 'feed_id', 'outcome', 'slowness']).doUpdateSet((row) => ({
          count: sql`${row.ref('feed_traffic.count')} + ${row.ref('excluded.count')}`,
        })),
      ),
  )
}

function slownessOf(milliseconds: number): number {
  const bin = slownessBounds.findIndex((bound) => milliseconds <= bound)
  return bin < 0 ? slownessBounds.length : bin
}
