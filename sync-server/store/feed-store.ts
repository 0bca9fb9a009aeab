import type { FeedStore, StoredFeed } from './contract.ts'
import type { Port } from './port.ts'
import type { Tables } from './schema.ts'
import type { Place, Vault } from './vault.ts'

/** The feeds' rows. Names and settings are sealed: they tell of partners and their systems. */
export function createFeedStore({ vault, reader, write }: Port): FeedStore {
  return {
    save: ({ id, createdAt: created_at, disabledAt: disabled_at, name, settings }) =>
      write(async (executor) => {
        const values = { disabled_at, sealed: vault.sealJson(feedPlace(id), { name, settings }) }
        await executor
          .insertInto('feeds')
          .values({ id, created_at, ...values })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute()
      }),
    async byId(id) {
      const row = await (
        await reader()
      )
        .selectFrom('feeds')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : openFeed(vault, row)
    },
    async list() {
      const rows = await (await reader()).selectFrom('feeds').selectAll().orderBy('id').execute()
      return rows.map((row) => openFeed(vault, row))
    },
  }
}

function feedPlace(id: string): Place<Pick<StoredFeed, 'name' | 'settings'>> {
  return { table: 'feeds', id, revision: '' }
}

function openFeed(vault: Vault, row: Tables['feeds']): StoredFeed {
  const sealed = vault.openJson(feedPlace(row.id), row.sealed)
  return { id: row.id, createdAt: row.created_at, disabledAt: row.disabled_at, ...sealed }
}
