import { sql } from 'kysely'
import { collections } from '#app/kernel/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import { parseRev } from '#app/protocol/index.ts'
import type { HistoryStore, Slice, Sliced } from './contract.ts'
import type { Dialect, Executor } from './dialects/dialect.ts'
import { dayOf } from './documents/pushed-statements.ts'
import type { Port } from './port.ts'

/** See contract/history.ts for what may go, and why. Each call is one commit. */
export function createHistoryStore({ dialect, write }: Port): HistoryStore {
  return {
    mark: (at) => write((executor) => mark(executor, at)),
    raiseHorizons: (before) => write((executor) => raiseHorizons(executor, before)),
    forgetDepartures: (collection, slice) =>
      write((executor) => forgetDepartures(executor, collection, slice)),
    forgetRevisions: (collection, slice) =>
      write(async (executor) => {
        const ids = await documentsOf(executor, collection, slice)
        const { numDeletedRows } = await executor
          .deleteFrom('revisions')
          .where('collection', '=', collection)
          .where(dialect.any('id', ids))
          .where(({ exists, selectFrom }) =>
            exists(
              selectFrom('revisions as newer')
                .innerJoin('counters', (join) => join.on('counters.name', '=', collection))
                .select('newer.seq')
                .where('newer.collection', '=', collection)
                .whereRef('newer.id', '=', 'revisions.id')
                .whereRef('newer.seq', '>', 'revisions.seq')
                .whereRef('newer.seq', '<=', 'counters.horizon'),
            ),
          )
          .executeTakeFirst()
        return { forgotten: Number(numDeletedRows), next: nextOf(ids, slice) }
      }),
    forgetShadows: (slice) => write((executor) => forgetShadows(executor, dialect, slice)),
    forgetReceipts: (before, slice) => write((executor) => forgetReceipts(executor, before, slice)),
  }
}

async function mark(executor: Executor, at: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await executor
    .insertInto('history_marks')
    .columns(['at', 'name', 'seq'])
    .expression(
      executor
        .selectFrom('counters')
        .select([sql<string>`cast(${at} as text)`.as('at'), 'name', 'seq'])
        .where('name', 'in', collections),
    )
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return Number(numInsertedOrUpdatedRows) > 0
}

async function raiseHorizons(
  executor: Executor,
  before: string,
): Promise<Readonly<Record<CollectionName, number>>> {
  const { at } = await executor
    .selectFrom('history_marks')
    .select((mark) => mark.fn.max<string | null>('at').as('at'))
    .where('at', '<=', before)
    .executeTakeFirstOrThrow()
  // In the order in which counters are locked everywhere.
  for (const name of at === null ? [] : collections.toSorted()) {
    const reached = executor.selectFrom('history_marks').select('seq').where('at', '=', at)
    await executor
      .updateTable('counters')
      .set({ horizon: sql<number>`coalesce((${reached.where('name', '=', name)}), horizon)` })
      .where('name', '=', name)
      .where('horizon', '<', reached.where('name', '=', name))
      .execute()
  }
  if (at !== null) await executor.deleteFrom('history_marks').where('at', '<', at).execute()
  const rows = await executor.selectFrom('counters').select(['name', 'horizon']).execute()
  const horizons = new Map(rows.map(({ name, horizon }) => [name, horizon]))
  // The keys are those of `collections`, which the type system can't follow.
  return Object.fromEntries(collections.map((name) => [name, horizons.get(name) ?? 0])) as Record<
    CollectionName,
    number
  >
}

async function forgetDepartures(
  executor: Executor,
  collection: CollectionName,
  { limit }: Slice,
): Promise<Sliced> {
  const old = executor
    .selectFrom('departures')
    .innerJoin('counters', (join) =>
      join.on('name', '=', collection).onRef('departures.seq', '<=', 'counters.horizon'),
    )
    .select(['departures.scope', 'departures.seq', 'departures.id'])
    .where('collection', '=', collection)
    .limit(limit)
  const { numDeletedRows } = await executor
    .deleteFrom('departures')
    .where('collection', '=', collection)
    .where(({ refTuple }) => sql<boolean>`${refTuple('scope', 'seq', 'id')} in (${old})`)
    .executeTakeFirst()
  const forgotten = Number(numDeletedRows)
  return { forgotten, next: forgotten < limit ? null : '' }
}

/** The ids of a slice of the documents, in order. */
async function documentsOf(
  executor: Executor,
  collection: CollectionName,
  { after, limit }: Slice,
): Promise<string[]> {
  const rows = await executor
    .selectFrom('documents')
    .select('id')
    .where('collection', '=', collection)
    .where('id', '>', after ?? '')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

function nextOf(places: readonly string[], { limit }: Slice): string | null {
  return places.length < limit ? null : (places.at(-1) ?? null)
}

type ShadowRow = {
  readonly device_id: string
  readonly collection: string
  readonly id: string
  readonly rev: string
}

async function forgetShadows(executor: Executor, dialect: Dialect, slice: Slice): Promise<Sliced> {
  const rows = await shadowsOf(executor, slice)
  const baseless: ShadowRow[] = []
  for (const [collection, some] of Map.groupBy(rows, (row) => row.collection)) {
    const kept = await keptStates(executor, dialect, collection, some)
    baseless.push(...some.filter(({ id, rev }) => rev !== '' && !kept.has(stateOf(id, rev))))
  }
  for (const { device_id, collection, id, rev } of baseless) {
    await executor
      .deleteFrom('shadows')
      .where('device_id', '=', device_id)
      .where('collection', '=', collection)
      .where('id', '=', id)
      // Not one that was pushed meanwhile.
      .where('rev', '=', rev)
      .execute()
  }
  return { forgotten: baseless.length, next: nextOf(rows.map(placeOf), slice) }
}

async function shadowsOf(executor: Executor, { after, limit }: Slice): Promise<ShadowRow[]> {
  const [device, collection, id] = after === null ? ['', '', ''] : (JSON.parse(after) as string[])
  return executor
    .selectFrom('shadows')
    .select(['device_id', 'collection', 'id', 'rev'])
    .where(sql<boolean>`(device_id, collection, id) > (${device}, ${collection}, ${id})`)
    .orderBy('device_id')
    .orderBy('collection')
    .orderBy('id')
    .limit(limit)
    .execute()
}

function placeOf({ device_id, collection, id }: ShadowRow): string {
  return JSON.stringify([device_id, collection, id])
}

/** Which states of these documents are still there. */
async function keptStates(
  executor: Executor,
  dialect: Dialect,
  collection: string,
  shadows: readonly ShadowRow[],
): Promise<ReadonlySet<string>> {
  const rows = await executor
    .selectFrom('revisions')
    .select(['id', 'seq'])
    .where('collection', '=', collection)
    .where(
      dialect.any(
        'id',
        shadows.map(({ id }) => id),
      ),
    )
    .execute()
  return new Set(rows.map(({ id, seq }) => `${id}/${seq}`))
}

/** The state that a rev names, as a key of sets. */
function stateOf(id: string, rev: string): string {
  return `${id}/${parseRev(rev)?.seq ?? 'none'}`
}

/** Device by device, the earliest edits first: what is old stands together, and needs no index of its own. */
async function forgetReceipts(executor: Executor, before: string, { after, limit }: Slice): Promise<Sliced> {
  const device = await executor
    .selectFrom('devices')
    .select('id')
    .where('id', after?.endsWith('+') === true ? '>=' : '>', after?.replace('+', '') ?? '')
    .orderBy('id')
    .executeTakeFirst()
  if (device === undefined) return { forgotten: 0, next: null }
  const first = executor
    .selectFrom('receipts')
    .select(['edit', 'collection', 'id'])
    .where('device_id', '=', device.id)
    .orderBy('edit')
    .limit(limit)
  const { numDeletedRows } = await executor
    .deleteFrom('receipts')
    .where('device_id', '=', device.id)
    .where(({ refTuple }) => sql<boolean>`${refTuple('edit', 'collection', 'id')} in (${first})`)
    .where('day', '<', dayOf(Date.parse(before)))
    .executeTakeFirst()
  const forgotten = Number(numDeletedRows)
  // `+`: there may be more of this device.
  return { forgotten, next: forgotten < limit ? device.id : `${device.id}+` }
}
