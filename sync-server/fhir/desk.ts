import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, idSchema, instant } from '#app/kernel/index.ts'
import type { WriteDoor } from '../replication/write-door.ts'
import type { Store } from '../store/contract.ts'
import type { Caller } from './access/callers.ts'
import { allows } from './access/smart-scopes.ts'
import type { Interaction } from './access/smart-scopes.ts'
import { createDisclosures } from './disclosures.ts'
import type { Disclosed, Disclosures } from './disclosures.ts'
import type { FhirType } from './resource-types.ts'
import { seeByIds } from './seen.ts'
import type { Looking, Reading, Seen } from './seen.ts'

/** What every interaction works with. */
export type Desk = {
  readonly store: Store
  readonly door: WriteDoor
  readonly clock: Clock
  readonly disclosures: Disclosures
}

export function openDesk(parts: Omit<Desk, 'disclosures'>): Desk {
  return { ...parts, disclosures: createDisclosures(parts.store.audit, parts.clock) }
}

/** Reads in one consistent state; what is shown stands in the audit before it leaves. */
export async function disclosed<Answer>(
  { store, clock, disclosures }: Desk,
  caller: Caller,
  work: (reading: Reading) => Promise<{ readonly answer: Answer } & Disclosed>,
): Promise<Answer> {
  const identity = await store.identity()
  if (identity === null) throw new Error('FHIR needs an organisation')
  const viewer = { subject: caller.subject, at: instant(clock), incarnation: identity.incarnation }
  const { answer, ...shown } = await store.snapshot((read) => work({ read, viewer, caller }))
  await disclosures.record(caller, shown)
  return answer
}

/** Throws `fhir.not-found`, `fhir.gone`. */
export async function one(reading: Looking, type: FhirType, id: Id): Promise<Seen> {
  const [seen] = idSchema.safeParse(id).success ? await seeByIds(reading, type, [id]) : []
  if (seen === undefined) throw new AppError('fhir.not-found')
  if (seen.removed) throw new AppError('fhir.gone')
  return seen
}

/** Throws `fhir.scope`. */
export function insist({ smartScopes }: Caller, interaction: Interaction, type: string): void {
  if (!allows(smartScopes, interaction, type))
    throw new AppError('fhir.scope', { scope: `to ${interaction}` })
}
