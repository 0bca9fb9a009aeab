import { grantHolds } from '#app/access/index.ts'
import type { Grant } from '#app/access/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant, newId } from '#app/kernel/index.ts'
import type { AccessStore, AuditAgent, GrantRecord, Store } from '../../store/contract.ts'

// How somebody comes to a right, and loses it. It takes two: one proposes, another approves, and neither is who gets it.
// A right counts, and ends, on every process and in every open stream at once.

/** A grant as of a day: with its record, where it was not made before there were records. */
export type GrantAsOf = {
  readonly grant: Grant
  readonly record: GrantRecord | null
  readonly state: 'proposed' | 'to come' | 'holds' | 'over'
}

export type GrantDesk = {
  /** Every grant and proposal as it stood at an instant, or as it stands now. */
  grants(asOf?: string): Promise<readonly GrantAsOf[]>
  /** Throws `request.invalid` for a user who is not there, `access.forbidden` to who asks for themselves. */
  propose(by: AuditAgent, wanted: Omit<Grant, 'id'>, reason: string): Promise<GrantAsOf>
  /** Throws `access.forbidden` to who proposed it or gets it, `request.invalid` for what is no open proposal. */
  approve(by: AuditAgent, id: Id): Promise<GrantAsOf>
  /** At once. Takes an open proposal back, too. Throws `access.forbidden` to whose own it is. */
  end(by: AuditAgent, id: Id, reason: string): Promise<GrantAsOf>
}

export function createGrantDesk(store: Store, clock: Clock): GrantDesk {
  /** The record, the grant and the audit in one commit, decided on what is there then. */
  async function change(
    by: AuditAgent,
    action: string,
    decide: (access: AccessStore, at: string) => Promise<GrantRecord>,
  ) {
    const at = instant(clock)
    const { result } = await store.transaction(async (tx) => {
      const record = await decide(tx.access, at)
      const { grant } = record
      if (grant.userId === by.actor) throw new AppError('access.forbidden')
      if (record.approved !== null) await tx.access.saveGrant(grant)
      await tx.access.saveGrantRecord(record)
      const facts = { role: grant.role, scope: grant.scope }
      const ids = [grant.id, grant.userId]
      tx.stage({ type: 'audit', at, ...by, action, ids, facts })
      return record
    })
    return asOf(result.grant, result, at)
  }

  return {
    async grants(at = instant(clock)) {
      const records = new Map((await store.access.grantRecords()).map((record) => [record.grant.id, record]))
      const bare = (await store.access.grants()).filter(({ id }) => !records.has(id))
      const known = [...records.values()].filter(({ proposed }) => proposed.at <= at)
      return [
        ...bare.map((grant) => asOf(grant, null, at)),
        ...known.map((record) => asOf(record.grant, record, at)),
      ]
    },
    propose: (by, wanted, reason) =>
      change(by, 'propose-grant', async (access, at) => {
        if ((await access.user(wanted.userId)) === null) throw invalid('userId')
        const proposed = { by: by.actor, at, reason }
        return { grant: { ...wanted, id: newId() }, proposed, approved: null, ended: null }
      }),
    approve: (by, id) =>
      change(by, 'approve-grant', async (access, at) => {
        const record = await openRecord(access, id)
        if (record.approved !== null) throw invalid('id')
        if (by.actor === record.proposed.by) throw new AppError('access.forbidden')
        return { ...record, approved: { by: by.actor, at } }
      }),
    end: (by, id, reason) =>
      change(by, 'end-grant', async (access, at) => {
        const record = await openRecord(access, id)
        const { until } = record.grant
        const grant = { ...record.grant, until: until !== null && until < at ? until : at }
        return { ...record, grant, ended: { by: by.actor, at, reason } }
      }),
  }
}

/** What may still be approved or ended. */
async function openRecord(access: AccessStore, id: Id): Promise<GrantRecord> {
  const record = (await access.grantRecord(id)) ?? (await recordOfBare(access, id))
  if (record === null || record.ended !== null) throw invalid('id')
  return record
}

/** A grant of the first days, of which nobody wrote down how it came about. */
async function recordOfBare(access: AccessStore, id: Id): Promise<GrantRecord | null> {
  const grant = (await access.grants()).find((one) => one.id === id)
  if (grant === undefined) return null
  const unknown = { by: 'unknown', at: grant.from }
  return { grant, proposed: { ...unknown, reason: '' }, approved: unknown, ended: null }
}

function invalid(place: string): AppError {
  return new AppError('request.invalid', { place })
}

function asOf(grant: Grant, record: GrantRecord | null, at: string): GrantAsOf {
  return { grant, record, state: stateAt(grant, record, at) }
}

/** What was approved late counts from its approval: until then it opened nothing. */
function stateAt(grant: Grant, record: GrantRecord | null, at: string): GrantAsOf['state'] {
  const approvedAt = record === null ? grant.from : record.approved?.at
  if (approvedAt === undefined || approvedAt > at) {
    return record?.ended && record.ended.at <= at ? 'over' : 'proposed'
  }
  if (grantHolds(grant, at)) return 'holds'
  return at < grant.from ? 'to come' : 'over'
}
