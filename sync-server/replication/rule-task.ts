import { blankOf } from '#app/kernel/index.ts'
import type { Id, Sensitivity } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import type { WriteTransaction } from '../store/contract.ts'
import { teamsFor } from './care-teams.ts'
import { compose } from './compose.ts'
import { identifiersOf } from './identifiers.ts'

type Said = Pick<DataOfModule<'patient-tasks'>, 'title' | 'note' | 'about' | 'patientId' | 'siteId'>

export type RuleTask = Said & {
  /** Derived from its cause: the same cause makes one task. */
  readonly id: Id
  readonly sensitivities: readonly Sensitivity[]
}

/** An urgent task that a rule leaves to the people of a site, once. Answers whether it is new. */
export async function leaveTask(
  tx: WriteTransaction,
  { orgId, by, at }: { readonly orgId: Id; readonly by: Id; readonly at: string },
  { id, sensitivities, ...said }: RuleTask,
): Promise<boolean> {
  const module = modules['patient-tasks']
  const { collection } = module
  if ((await tx.load([{ collection, id }])).length > 0) return false
  const changes = { ...blankOf(module), ...said, priority: 'urgent' }
  const stamp = { at, by, origin: 'rule' } as const
  const teamsOf = await teamsFor(tx, [changes])
  const made = compose({ module, id, orgId, before: null, changes, stamp, sensitivities, teamsOf })
  if (!made.ok) throw new Error(`a task that does not fit: ${made.field}`)
  tx.stage({ type: 'document', collection, id, body: made.body, identifiers: identifiersOf(made.body.doc) })
  tx.stage({ type: 'audit', at, actor: 'server', action: 'rule', collection, ids: [id], outcome: 'applied' })
  return true
}
