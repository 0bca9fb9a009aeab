import type { Selectable } from 'kysely'
import type { FeedStore, KeptFeed, StoredFeed } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'
import type { Place, Vault } from '../sealing/vault.ts'

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
      }, 'feeds'),
    revise: ({ feed, version, by, at }) =>
      write(async (executor) => {
        const { id, name, settings, disabledAt: disabled_at } = feed
        const current = executor.selectFrom('feeds').selectAll().where('id', '=', id)
        const before = await current.executeTakeFirst()
        if (before === undefined || before.version !== version) return false
        const { numUpdatedRows } = await executor
          .updateTable('feeds')
          .set({
            disabled_at,
            version: version + 1,
            sealed: vault.sealJson(feedPlace(id), { name, settings }),
          })
          .where('id', '=', id)
          .where('version', '=', version)
          .executeTakeFirst()
        if (numUpdatedRows !== 1n) return false
        const { name: oldName, settings: oldSettings, disabledAt } = openFeed(vault, before)
        const sealed = vault.sealJson(versionPlace(id, version), {
          name: oldName,
          settings: oldSettings,
          disabledAt,
        })
        const row = { feed_id: id, version, replaced_at: at, replaced_by: by, sealed }
        await executor.insertInto('feed_versions').values(row).execute()
        return true
      }, 'feeds'),
    async versions(id) {
      const all = (await reader()).selectFrom('feed_versions').selectAll().where('feed_id', '=', id)
      return (await all.orderBy('version', 'desc').execute()).map((row) => ({
        version: row.version,
        replacedAt: row.replaced_at,
        replacedBy: row.replaced_by,
        ...vault.openJson(versionPlace(id, row.version), row.sealed),
      }))
    },
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

function versionPlace(
  id: string,
  version: number,
): Place<Pick<StoredFeed, 'name' | 'settings' | 'disabledAt'>> {
  return { table: 'feed_versions', id, revision: version }
}

function openFeed(vault: Vault, row: Selectable<Tables['feeds']>): KeptFeed {
  const sealed = vault.openJson(feedPlace(row.id), row.sealed)
  const { id, created_at: createdAt, disabled_at: disabledAt, version } = row
  return { id, createdAt, disabledAt, version, ...sealed }
}
