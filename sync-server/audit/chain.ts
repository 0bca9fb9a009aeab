import { createHash } from 'node:crypto'
import { canonicalJson } from '#app/kernel/index.ts'
import { insertAll } from '#sync-server/store/dialects/batches.ts'
import type { AuditLink, NewAuditEntry } from '#sync-server/store/contract.ts'
import type { Dialect, Executor, RowInsert, Statement } from '#sync-server/store/dialects/dialect.ts'
import { prepared } from '#sync-server/store/dialects/prepared.ts'
import type { Place, Vault } from '#sync-server/store/sealing/vault.ts'

// The audit log is a chain: each link's hash covers the one before, so that an edit, a deletion or a swap shows. The
// end of the chain lies in one row, which is locked while links are added and authenticated by a key, so that a
// shortened chain shows too.

type Context = { readonly executor: Executor; readonly dialect: Dialect; readonly vault: Vault }
export type ChainHead = { readonly seq: number; readonly hash: string }

export const chainStart: ChainHead = { seq: 0, hash: '' }

/** The hash of a link from the hash before it and everything in it. */
export function linkHash(previous: string, link: Omit<AuditLink, 'hash'>): string {
  const { seq, at, actor, action, sealed } = link
  return createHash('sha256')
    .update(previous + canonicalJson({ seq, at, actor, action, sealed }))
    .digest('hex')
}

export function headText({ seq, hash }: ChainHead): string {
  return `audit-head-v1\n${seq}\n${hash}`
}

/** What is sealed of an entry: all that its link does not show. */
export type AuditDetails = Omit<NewAuditEntry, 'at' | 'actor' | 'action'>

export function auditPlace(seq: number): Place<AuditDetails> {
  return { table: 'audit', id: String(seq), revision: '' }
}

const end = prepared<{ singleton: number }, ChainHead>(({ executor, dialect }, { singleton }) =>
  executor
    .selectFrom('audit_head')
    .select(['seq', 'hash'])
    .where('singleton', '=', singleton)
    .modifyEnd(dialect.forUpdate),
)

async function holdEnd(context: Context): Promise<ChainHead> {
  const [head] = await end(context, { singleton: 1 })
  if (head === undefined) throw new Error('the audit has no end')
  return head
}

/** The statements that add entries to the chain. Holds the end of the chain until the commit. */
export async function appendToChain(
  context: Context,
  entries: readonly NewAuditEntry[],
): Promise<(Statement | RowInsert)[]> {
  if (entries.length === 0) return []
  const { executor, vault } = context
  let head = await holdEnd(context)
  const rows = entries.map(({ at, actor, action, ...details }) => {
    const seq = head.seq + 1
    const sealed = vault.sealJson(auditPlace(seq), withoutType(details))
    const hash = linkHash(head.hash, { seq, at, actor, action, sealed: sealed.toString('base64') })
    head = { seq, hash }
    return { seq, at, actor, action, sealed, hash }
  })
  const { seq, hash } = head
  const ends = [{ singleton: 1, seq, hash, mac: vault.chainMac(headText({ seq, hash })) }]
  return [
    ...insertAll('audit', rows, (batch) => executor.insertInto('audit').values(batch)),
    ...insertAll('audit_head', ends, (batch) =>
      executor
        .insertInto('audit_head')
        .values(batch)
        .onConflict((conflict) =>
          conflict.column('singleton').doUpdateSet((row) => ({
            seq: row.ref('excluded.seq'),
            hash: row.ref('excluded.hash'),
            mac: row.ref('excluded.mac'),
          })),
        ),
    ),
  ]
}

/** A staged entry carries the mark of its kind of write. */
function withoutType(details: AuditDetails & { readonly type?: string }): AuditDetails {
  const { type: _mark, ...rest } = details
  return rest
}
