import { newId } from '#app/kernel/index.ts'
import type { Organisation } from '#app/protocol/index.ts'
import { chainStart, headText } from '#sync-server/audit/chain.ts'
import { anywhere, nowhere } from './access/replica-places.ts'
import type { Identity } from './contract.ts'
import type { Executor } from './dialects/dialect.ts'
import type { Place, Vault } from './sealing/vault.ts'

/** Reads which organisation lies here, and ties the vault to it. */
export async function readIdentity(executor: Executor, vault: Vault): Promise<Identity | null> {
  const row = await executor.selectFrom('organisation').selectAll().executeTakeFirst()
  if (row === undefined) return null
  vault.bind(row.id)
  const { name } = vault.openJson(place(row.id), row.sealed)
  const { id, data, zone, created_at: createdAt, incarnation } = row
  return { organisation: { id, name, data, zone }, createdAt, incarnation }
}

/** Makes the organisation and the beginning of its audit. */
export async function writeOrganisation(
  executor: Executor,
  vault: Vault,
  { id, name, data, zone }: Organisation,
): Promise<void> {
  vault.bind(id)
  const sealed = vault.sealJson(place(id), { name })
  const created_at = new Date().toISOString()
  const row = { singleton: 1, id, data, zone, created_at, incarnation: newId(), sealed }
  await executor.insertInto('organisation').values(row).execute()
  const mac = vault.chainMac(headText(chainStart))
  await executor
    .insertInto('audit_head')
    .values({ singleton: 1, ...chainStart, mac })
    .execute()
}

/**
 * Another life of the data. The sessions that the backup holds end with the old one: what was sent before the restore and
 * arrives after it is refused, and every device proves itself anew. How far the copy of a device has come since, and what it has
 * pushed, the backup does not know: no copy is taken for an older one by it, and no push rests on what it holds.
 */
export async function writeIncarnation(executor: Executor): Promise<void> {
  await executor.deleteFrom('sessions').execute()
  await executor.deleteFrom('challenges').execute()
  await executor.deleteFrom('shadows').execute()
  await executor
    .updateTable('replica_heads')
    .set({ commit_number: anywhere.commit, opening: anywhere.opening })
    .where('opening', '!=', nowhere.opening)
    .execute()
  await executor.updateTable('organisation').set({ incarnation: newId() }).execute()
}

function place(id: string): Place<Pick<Organisation, 'name'>> {
  return { table: 'organisation', id, revision: '' }
}
