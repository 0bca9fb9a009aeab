import { rolesOver } from '#app/access/index.ts'
import { derivedId, isSensitivityScope } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { applySeed } from '../replication/apply-seed.ts'
import type { WriteTransaction } from '../store/contract.ts'
import type { Filed } from './drawer.ts'
import type { Emergency } from './emergency-papers.ts'

type Alert = {
  readonly orgId: Id
  readonly emergency: Filed<Emergency>
  /** Of the patient, or of the grants that the records were reached by. */
  readonly scopes: readonly string[]
  readonly at: string
}

/**
 * Each supervisor of the sites finds a task, on every device of theirs at its next contact. It names no patient:
 * who looks goes to the console.
 */
export async function alertSupervisors(tx: WriteTransaction, alert: Alert): Promise<void> {
  const { orgId, emergency, at } = alert
  const actor = { type: 'rule', rule: 'break-glass', orgId, at } as const
  const tasks = (await supervisorsOf(tx, alert)).map(
    (assigneeId) =>
      ({
        module: 'tasks',
        id: derivedId('emergency task', emergency.id, assigneeId),
        data: {
          title: 'Sign off an emergency access',
          note: 'Somebody opened records that are closed to them. Look at it at the console, under Emergencies, and sign it off.',
          priority: 'urgent',
          dueOn: at.slice(0, 10),
          assigneeId,
        },
      }) as const,
  )
  await applySeed(tx, actor, tasks)
}

/** Never who opened it. Where no site has one, every supervisor there is. */
async function supervisorsOf(
  tx: WriteTransaction,
  { emergency, scopes: all, at }: Alert,
): Promise<readonly Id[]> {
  const [users, grants] = await Promise.all([tx.access.users(), tx.access.grants()])
  const places = all.filter((scope) => !isSensitivityScope(scope))
  const over = (scopes: readonly string[] | null) =>
    users.flatMap(({ id, disabledAt }) => {
      const held = grants.filter((grant) => grant.userId === id)
      const where = scopes ?? held.map(({ scope }) => scope)
      const may = disabledAt === null && id !== emergency.content.userId
      return may && rolesOver(held, where, at).has('supervisor') ? [id] : []
    })
  const own = over(places)
  return own.length > 0 ? own : over(null)
}
