import type { Json } from '#app/kernel/index.ts'
import type { IntegrationStore, StoredAgreement, StoredClient } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'
import type { Place, Vault } from '../sealing/vault.ts'

/** Machine clients and their agreements. Names, keys and what each may do are sealed: they tell of partners. */
export function createIntegrationStore(port: Port): IntegrationStore {
  return { ...agreementRows(port), ...clientRows(port), ...tokenRows(port), ...tickets(port) }
}

type AgreementRows = Pick<IntegrationStore, 'saveAgreement' | 'agreement' | 'agreements'>

function agreementRows({ vault, reader, write }: Port): AgreementRows {
  return {
    saveAgreement: ({ id, kind, from, until, createdAt: created_at, endedAt, parties, document }) =>
      write(async (executor) => {
        const sealed = vault.sealJson(agreementPlace(id), { parties, document })
        const values = { kind, valid_from: from, valid_until: until, ended_at: endedAt, sealed }
        await executor
          .insertInto('agreements')
          .values({ id, created_at, ...values })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute()
      }),
    async agreement(id) {
      const query = (await reader()).selectFrom('agreements').selectAll().where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row === undefined ? null : openAgreement(vault, row)
    },
    async agreements() {
      const rows = await (await reader()).selectFrom('agreements').selectAll().orderBy('id').execute()
      return rows.map((row) => openAgreement(vault, row))
    },
  }
}

function agreementPlace(id: string): Place<Pick<StoredAgreement, 'parties' | 'document'>> {
  return { table: 'agreements', id, revision: '' }
}

function openAgreement(vault: Vault, row: Tables['agreements']): StoredAgreement {
  const { id, kind, valid_from: from, valid_until: until, created_at: createdAt, ended_at: endedAt } = row
  const sealed = vault.openJson(agreementPlace(id), row.sealed)
  return { id, kind, from, until, createdAt, endedAt, ...sealed }
}

type ClientRows = Pick<IntegrationStore, 'saveClient' | 'client' | 'clients'>

function clientRows({ vault, reader, write }: Port): ClientRows {
  return {
    saveClient: ({ id, agreementId: agreement_id, createdAt: created_at, revokedAt, ...about }) =>
      write(async (executor) => {
        const sealed = vault.sealJson(clientPlace(id), about)
        const values = { agreement_id, revoked_at: revokedAt, sealed }
        await executor
          .insertInto('clients')
          .values({ id, created_at, ...values })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute()
      }),
    async client(id) {
      const query = (await reader()).selectFrom('clients').selectAll().where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row === undefined ? null : openClient(vault, row)
    },
    async clients() {
      const rows = await (await reader()).selectFrom('clients').selectAll().orderBy('id').execute()
      return rows.map((row) => openClient(vault, row))
    },
  }
}

type AboutClient = Omit<StoredClient, 'id' | 'agreementId' | 'createdAt' | 'revokedAt'>

function clientPlace(id: string): Place<AboutClient> {
  return { table: 'clients', id, revision: '' }
}

function openClient(vault: Vault, row: Tables['clients']): StoredClient {
  const { id, agreement_id: agreementId, created_at: createdAt, revoked_at: revokedAt } = row
  return { id, agreementId, createdAt, revokedAt, ...vault.openJson(clientPlace(id), row.sealed) }
}

type TokenRows = Pick<
  IntegrationStore,
  'saveToken' | 'token' | 'endTokens' | 'useAssertion' | 'forgetExpired'
>

function tokenRows({ vault, reader, write }: Port): TokenRows {
  return {
    saveToken: ({ tokenHash: token_hash, clientId: client_id, smartScopes, createdAt, expiresAt }) =>
      write(async (executor) => {
        const values = { client_id, created_at: createdAt, expires_at: expiresAt }
        await executor
          .insertInto('client_tokens')
          .values({ token_hash, smart_scopes: smartScopes.join(' '), ...values })
          .execute()
      }),
    async token(tokenHash) {
      const rows = (await reader()).selectFrom('client_tokens').selectAll()
      const row = await rows.where('token_hash', '=', tokenHash).executeTakeFirst()
      if (row === undefined) return null
      const { client_id: clientId, created_at: createdAt, expires_at: expiresAt } = row
      const smartScopes = row.smart_scopes.split(' ').filter(Boolean)
      return { tokenHash, clientId, smartScopes, createdAt, expiresAt }
    },
    endTokens: (clientId) =>
      write(async (executor) => {
        await executor.deleteFrom('client_tokens').where('client_id', '=', clientId).execute()
      }),
    useAssertion: (clientId, jti, expires_at) =>
      write(async (executor) => {
        const { numInsertedOrUpdatedRows } = await executor
          .insertInto('client_assertions')
          .values({ hash: vault.hash('assertion', clientId, jti), expires_at })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow()
        return numInsertedOrUpdatedRows === 1n
      }),
    forgetExpired: (at) =>
      write(async (executor) => {
        await executor.deleteFrom('client_tokens').where('expires_at', '<=', at).execute()
        await executor.deleteFrom('client_assertions').where('expires_at', '<=', at).execute()
      }),
  }
}

type Tickets = Pick<IntegrationStore, 'sealTicket' | 'openTicket'>

function tickets({ vault, reader }: Port): Tickets {
  return {
    async sealTicket(clientId, ticket) {
      await reader()
      return vault.sealJson(ticketPlace(clientId), ticket).toString('base64url')
    },
    async openTicket(clientId, sealed) {
      await reader()
      try {
        return vault.openJson(ticketPlace(clientId), Buffer.from(sealed, 'base64url'))
      } catch {
        return null
      }
    },
  }
}

function ticketPlace(clientId: string): Place<Json> {
  return { table: 'tickets', id: clientId, revision: '' }
}
