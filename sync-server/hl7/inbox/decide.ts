import { can } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Clock, ErrorCode, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Store } from '../../store/contract.ts'
import { decisionFacts } from './identity.ts'

// A person says of which patient a parked message is.

type Parts = { readonly store: Pick<Store, 'audit' | 'inbox' | 'snapshot'>; readonly clock: Clock }

/** Puts the message back with the decision. False where it does not wait for one; throws `access.forbidden`. */
export async function decideMessage(
  parts: Parts,
  { sequence, patientId, by }: { readonly sequence: number; readonly patientId: Id; readonly by: Subject },
): Promise<boolean> {
  const { inbox } = parts.store
  const entry = await inbox.entry(sequence)
  if (entry?.state !== 'parked' || !isDecidable(entry.code)) return false
  await requireWriter(parts, patientId, by)
  return inbox.reopen(sequence, { facts: decisionFacts(patientId, by.id) })
}

/** Reasons to park a message that are settled by knowing whose it is. */
function isDecidable(code: ErrorCode | null): boolean {
  return code === 'hl7.identity-conflict' || code === 'hl7.needs-decision' || code === 'hl7.unknown-cancelled'
}

/** Who may decide: who may write the patient. The log says who did, before it is done. */
async function requireWriter({ store, clock }: Parts, patientId: Id, by: Subject): Promise<void> {
  const at = instant(clock)
  const [patient] = await store.snapshot((read) => read.documents('patients', [patientId]))
  const isAllowed = patient !== undefined && can(by, 'write', modules.patients, patient.scopes, at)
  const outcome = isAllowed ? 'applied' : 'refused'
  const { collection } = modules.patients
  await store.audit.append({
    at,
    actor: by.id,
    action: 'decide-message',
    collection,
    ids: [patientId],
    outcome,
  })
  if (!isAllowed) throw new AppError('access.forbidden')
}
