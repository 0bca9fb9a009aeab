import type { PasskeyStore, StoredPasskey } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'
import type { Place, Vault } from '../sealing/vault.ts'

/** Passkeys, found by a keyed hash of their ids. */
export function passkeyRows({ vault, reader, write }: Port): PasskeyStore {
  const hashOf = (id: string) => vault.hash('passkey', id)
  return {
    addPasskey: (passkey) =>
      write(async (executor) => {
        await executor.insertInto('passkeys').values(passkeyRow(vault, passkey)).execute()
      }, 'access'),
    async passkeys(userId) {
      const query = (await reader()).selectFrom('passkeys').selectAll().where('user_id', '=', userId)
      const rows = await query.orderBy('created_at').execute()
      return rows.map((row) => openPasskey(vault, row))
    },
    usePasskey: (id, counter, at) =>
      write(async (executor) => {
        const used = await executor
          .updateTable('passkeys')
          .set({ counter, last_used_at: at })
          .where('id_hash', '=', hashOf(id))
          // An authenticator that does not count says 0 each time; another one never says the same twice.
          .where('counter', counter === 0 ? '=' : '<', counter)
          .returning('id_hash')
          .executeTakeFirst()
        return used !== undefined
      }),
    removePasskey: (userId, id) =>
      write(async (executor) => {
        const removed = await executor
          .deleteFrom('passkeys')
          .where('id_hash', '=', hashOf(id))
          .where('user_id', '=', userId)
          .returning('id_hash')
          .executeTakeFirst()
        return removed !== undefined
      }, 'access'),
  }
}

type Sealed = Pick<StoredPasskey, 'id' | 'publicKey' | 'transports' | 'label'>

function placeOf(idHash: string): Place<Sealed> {
  return { table: 'passkeys', id: idHash, revision: '' }
}

function passkeyRow(vault: Vault, passkey: StoredPasskey): Tables['passkeys'] {
  const { id, userId, publicKey, transports, label, counter, createdAt, lastUsedAt } = passkey
  const id_hash = vault.hash('passkey', id)
  return {
    id_hash,
    user_id: userId,
    counter,
    created_at: createdAt,
    last_used_at: lastUsedAt,
    sealed: vault.sealJson(placeOf(id_hash), { id, publicKey, transports, label }),
  }
}

function openPasskey(vault: Vault, row: Tables['passkeys']): StoredPasskey {
  return {
    ...vault.openJson(placeOf(row.id_hash), row.sealed),
    userId: row.user_id,
    counter: row.counter,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}
