import type { Grant } from '#app/access/index.ts'
import type { AccessStore, GrantRecord } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'
import type { Place } from '../sealing/vault.ts'

type GrantRows = Pick<
  AccessStore,
  'saveGrant' | 'removeGrant' | 'grants' | 'saveGrantRecord' | 'grantRecord' | 'grantRecords'
>

/** Grants lie in the clear, since every request asks for them; what people wrote about them is sealed. */
export function grantRows(port: Port): GrantRows {
  return { ...inForce(port), ...records(port) }
}

function inForce({ reader, write }: Port): Pick<GrantRows, 'saveGrant' | 'removeGrant' | 'grants'> {
  return {
    saveGrant: (grant) =>
      write(async (executor) => {
        const { id, userId: user_id, role, scope, from: valid_from, until: valid_until } = grant
        const values = { user_id, role, scope, valid_from, valid_until }
        await executor
          .insertInto('grants')
          .values({ id, ...values })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute()
      }, 'access'),
    removeGrant: (id) =>
      write(async (executor) => {
        await executor.deleteFrom('grants').where('id', '=', id).execute()
      }, 'access'),
    async grants(userId) {
      const all = (await reader()).selectFrom('grants').selectAll().orderBy('id')
      const rows = await (userId === undefined ? all : all.where('user_id', '=', userId)).execute()
      return rows.map(openGrant)
    },
  }
}

function records({ vault, reader, write }: Port): Omit<GrantRows, 'saveGrant' | 'removeGrant' | 'grants'> {
  const open = (row: Tables['grant_records']) => vault.openJson(recordPlace(row.grant_id), row.sealed)
  return {
    saveGrantRecord: (record) =>
      write(async (executor) => {
        const sealed = vault.sealJson(recordPlace(record.grant.id), record)
        await executor
          .insertInto('grant_records')
          .values({ grant_id: record.grant.id, sealed })
          .onConflict((conflict) => conflict.column('grant_id').doUpdateSet({ sealed }))
          .execute()
      }),
    async grantRecord(id) {
      const rows = (await reader()).selectFrom('grant_records').selectAll()
      const row = await rows.where('grant_id', '=', id).executeTakeFirst()
      return row === undefined ? null : open(row)
    },
    async grantRecords() {
      const rows = (await reader()).selectFrom('grant_records').selectAll().orderBy('grant_id')
      return (await rows.execute()).map(open)
    },
  }
}

function openGrant(row: Tables['grants']): Grant {
  return {
    id: row.id,
    userId: row.user_id,
    role: row.role as Grant['role'],
    scope: row.scope,
    from: row.valid_from,
    until: row.valid_until,
  }
}

function recordPlace(id: string): Place<GrantRecord> {
  return { table: 'grant_records', id, revision: '' }
}
