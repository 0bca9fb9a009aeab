import type { IdentityStore, ProviderIdentity } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Place } from '../sealing/vault.ts'

/** Who users are at a provider of single sign-on. */
export function identityRows({ vault, reader, write }: Port): IdentityStore {
  const hashOf = ({ issuer, subject }: ProviderIdentity) => vault.hash('identity', issuer, subject)
  const placeOf = (id: string): Place<ProviderIdentity> => ({ table: 'identities', id, revision: '' })
  return {
    linkIdentity: (userId, { issuer, subject }, at) =>
      write(async (executor) => {
        const subject_hash = hashOf({ issuer, subject })
        const held = executor.selectFrom('identities').select('user_id')
        const row = await held.where('subject_hash', '=', subject_hash).executeTakeFirst()
        if (row !== undefined && row.user_id !== userId) return false
        const values = {
          subject_hash,
          linked_at: at,
          sealed: vault.sealJson(placeOf(userId), { issuer, subject }),
        }
        await executor
          .insertInto('identities')
          .values({ user_id: userId, ...values })
          .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
          .execute()
        return true
      }, 'access'),
    unlinkIdentity: (userId) =>
      write(async (executor) => {
        await executor.deleteFrom('identities').where('user_id', '=', userId).execute()
      }, 'access'),
    async identityOf(userId) {
      const query = (await reader()).selectFrom('identities').select('sealed')
      const row = await query.where('user_id', '=', userId).executeTakeFirst()
      return row === undefined ? null : vault.openJson(placeOf(userId), row.sealed)
    },
    async userByIdentity(identity) {
      const query = (await reader()).selectFrom('identities').select('user_id')
      const row = await query.where('subject_hash', '=', hashOf(identity)).executeTakeFirst()
      return row?.user_id ?? null
    },
  }
}
