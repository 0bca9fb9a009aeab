import { collectionSchema } from '#app/kernel/index.ts'
import { inRows } from '../dialects/batches.ts'
import type { DocumentRef, EvictionStore } from '../contract.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Port } from '../port.ts'

/** Ids and times: they say nothing of what was taken back. */
export function evictionRows({ dialect, reader, write }: Port): EvictionStore {
  return {
    addEvictions: (device_id, refs, evicted_at) =>
      write(async (executor) => {
        // Several edits of one document in a push are answered by a tombstone each.
        const rows = new Map(
          refs.map(({ collection, id }) => [
            `${collection}/${id}`,
            { device_id, collection, id, evicted_at },
          ]),
        )
        for (const some of inRows([...rows.values()], 4)) {
          await executor
            .insertInto('evictions')
            .values(some)
            .onConflict((conflict) =>
              conflict
                .columns(['device_id', 'collection', 'id'])
                .doUpdateSet({ evicted_at, acknowledged_at: null })
                .where('evictions.acknowledged_at', 'is not', null),
            )
            .execute()
        }
      }),
    async outstandingEvictions(deviceId, limit) {
      const rows = await (
        await reader()
      )
        .selectFrom('evictions')
        .select(['collection', 'id'])
        .where('device_id', '=', deviceId)
        .where('acknowledged_at', 'is', null)
        .orderBy('evicted_at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(refOf)
    },
    acknowledgeEvictions: (deviceId, refs, at) =>
      write(async (executor) => {
        const outstanding = executor
          .updateTable('evictions')
          .set({ acknowledged_at: at })
          .where('device_id', '=', deviceId)
          .where('acknowledged_at', 'is', null)
          .returning(['collection', 'id'])
        if (refs === 'all') return (await outstanding.execute()).map(refOf)
        const acknowledged: DocumentRef[] = []
        for (const [collection, ids] of byCollection(refs)) {
          const among = outstanding.where('collection', '=', collection).where(dialect.any('id', ids))
          acknowledged.push(...(await among.execute()).map(refOf))
        }
        return acknowledged
      }),
    withdrawEvictions: (deviceId, refs) =>
      write(async (executor) => {
        for (const [collection, ids] of byCollection(refs)) {
          await executor
            .deleteFrom('evictions')
            .where('device_id', '=', deviceId)
            .where('collection', '=', collection)
            .where(dialect.any('id', ids))
            .execute()
        }
      }),
    evictionCounts: async () => countsOf(await reader()),
    forgetEvictions: (before) =>
      write(async (executor) => {
        await executor.deleteFrom('evictions').where('acknowledged_at', '<', before).execute()
      }),
  }
}

async function countsOf(reader: Dialect['reader']): ReturnType<EvictionStore['evictionCounts']> {
  const rows = await reader
    .selectFrom('evictions')
    .select((builder) => {
      const { fn } = builder
      const waiting = builder.case().when('acknowledged_at', 'is', null).then(builder.ref('evicted_at')).end()
      return [
        'device_id',
        fn.countAll<number>().as('total'),
        fn.count<number>('acknowledged_at').as('acknowledged'),
        fn.max<string | null>('acknowledged_at').as('acknowledged_at'),
        fn.min<string | null>(waiting).as('since'),
      ]
    })
    .groupBy('device_id')
    .execute()
  return rows.map(({ device_id, total, acknowledged, acknowledged_at, since }) => ({
    deviceId: device_id,
    outstanding: total - acknowledged,
    since,
    acknowledged,
    acknowledgedAt: acknowledged_at,
  }))
}

function byCollection(refs: readonly DocumentRef[]): (readonly [string, readonly string[]])[] {
  const groups = Map.groupBy(refs, ({ collection }) => collection)
  return [...groups].map(([collection, some]) => [collection, some.map(({ id }) => id)])
}

function refOf({ collection, id }: { readonly collection: string; readonly id: string }): DocumentRef {
  return { collection: collectionSchema.parse(collection), id }
}
