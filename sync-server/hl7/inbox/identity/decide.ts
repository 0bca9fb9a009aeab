import { can, rolesOver } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Clock, ErrorCode, Id, Scope } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { AuditAgent, InboxSummary, Store } from '../../../store/contract.ts'
import { decisionFacts } from './identity.ts'

// A person says of which patient a parked message is.

/** Who decides, with the grants of this moment. */
export type Decider = { readonly by: AuditAgent; readonly subject: Subject }

type Parts = { readonly store: Pick<Store, 'audit' | 'inbox' | 'snapshot'>; readonly clock: Clock }

/** Puts the message back with the decision. False where it does not wait for one; throws `access.forbidden`. */
export async function decideMessage(
  parts: Parts,
  sequence: number,
  patientId: Id,
  decider: Decider,
): Promise<boolean> {
  const { inbox } = parts.store
  const entry = await inbox.entry(sequence)
  if (entry?.state !== 'parked' || !isDecidable(entry)) return false
  await requireWriter(parts, patientId, decider)
  return inbox.reopen(sequence, { facts: decisionFacts(patientId, decider.subject.id) })
}

/** What is settled by knowing whose a message is, by reason and place; null: wherever. */
const decidable: ReadonlyMap<ErrorCode | null, ReadonlySet<unknown> | null> = new Map([
  // Of the first patient only: a decision about one never counts for another of the same message.
  ['hl7.identity-conflict', new Set(['PID-3', 'PID-5'])],
  // Two records of one person (A24).
  ['hl7.needs-decision', new Set(['PID[2]'])],
  ['hl7.unknown-cancelled', null],
])

function isDecidable({ code, facts }: Pick<InboxSummary, 'code' | 'facts'>): boolean {
  const places = decidable.get(code)
  return places === null || places?.has(facts['place']) === true
}

/**
 * Who may decide: who may write the patient, or looks after interfaces where the patient is. The log says who did, before
 * it is done.
 */
async function requireWriter(
  { store, clock }: Parts,
  patientId: Id,
  { by, subject }: Decider,
): Promise<void> {
  const at = instant(clock)
  const [patient] = await store.snapshot((read) => read.documents('patients', [patientId]))
  const isAllowed = patient !== undefined && mayDecide(subject, patient.scopes, at)
  const outcome = isAllowed ? 'applied' : 'refused'
  const { collection } = modules.patients
  await store.audit.append({ at, ...by, action: 'decide-message', collection, ids: [patientId], outcome })
  if (!isAllowed) throw new AppError('access.forbidden')
}

function mayDecide(by: Subject, scopes: readonly Scope[], at: string): boolean {
  const isAnalyst = rolesOver(by.grants, scopes, at).has('interface-analyst')
  return isAnalyst || can(by, 'write', modules.patients, scopes, at)
}
