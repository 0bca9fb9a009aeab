import type { AuditEntry, AuditStore, NewAuditEntry } from '#sync-server/store/contract.ts'
import { groupCommit } from '#sync-server/store/dialects/group-commit.ts'
import type { Port } from '#sync-server/store/port.ts'
import { appendToChain, auditPlace, headText } from './chain.ts'

const MOST_ENTRIES = 256

/** The audit log of a store. Details are sealed; the chain is over what is stored, so it verifies without a key. */
export function createAuditStore({ dialect, vault, reader, write, refuseWithin }: Port): AuditStore {
  const append = groupCommit(
    async (entries: readonly NewAuditEntry[]) => {
      await write(async (executor) => {
        await dialect.runAll(executor, await appendToChain({ executor, dialect, vault }, entries))
      })
      return entries.map(() => undefined)
    },
    { most: MOST_ENTRIES },
  )
  return {
    async append(entry) {
      refuseWithin()
      await append(entry)
    },
    async read({ before, limit }) {
      const latest = (await reader()).selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit)
      const rows = await (before === undefined ? latest : latest.where('seq', '<', before)).execute()
      return rows.map(({ seq, at, actor, action, sealed }): AuditEntry => {
        const details = vault.openJson(auditPlace(seq), sealed)
        return { seq, at, actor, action, ...details }
      })
    },
    async links({ after, limit }) {
      const links = (await reader()).selectFrom('audit').selectAll().where('seq', '>', after)
      const rows = await links.orderBy('seq').limit(limit).execute()
      return rows.map((row) => ({ ...row, sealed: row.sealed.toString('base64') }))
    },
    async termKey() {
      await reader()
      return Buffer.from(vault.hash('search-terms'), 'base64url').toString('base64')
    },
    async head() {
      const { seq, hash, mac } = await (
        await reader()
      )
        .selectFrom('audit_head')
        .select(['seq', 'hash', 'mac'])
        .executeTakeFirstOrThrow()
      return { seq, hash, authentic: vault.isChainMac(headText({ seq, hash }), mac) }
    },
  }
}
