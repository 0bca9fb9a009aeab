import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { indexed } from '../../../replication/identifiers.ts'
import type { DocumentRef, WriteTransaction } from '../../../store/contract.ts'
import type { Identity, Intent } from '../../mapping/index.ts'
import type { Work } from './batch.ts'
import { derivedRecordId, newPatientId, withinRecord } from '../identity/identity.ts'

type ByIdentifiers = Extract<Identity, { by: 'identifiers' }>
type ByCause = Extract<Identity, { by: 'cause' }>

/**
 * Asks for all that a batch will want at once, so that each message is answered from memory. A guess that is wrong costs
 * a question more, never an answer.
 */
export async function warmUp(tx: WriteTransaction, works: readonly Work[]): Promise<void> {
  const messages = works.flatMap(({ prepared }) => (prepared.ready ? [prepared.mapped.intents] : []))
  if (messages.length < 2) return
  const identities = messages.flatMap((intents) =>
    intents.flatMap(({ identity }) => (identity.by === 'identifiers' ? [identity] : [])),
  )
  const wanted = identities.flatMap(({ identifiers }) => identifiers.flatMap((one) => indexed(one) ?? []))
  const found = await tx.findByIdentifiers('patients', 'patient', wanted)
  const bearers = new Map(wanted.map((one, index) => [JSON.stringify(one), found[index] ?? []]))
  const patientOf = (identity: ByIdentifiers): Id => {
    const hits = identity.identifiers.flatMap((one) => bearers.get(JSON.stringify(indexed(one))) ?? [])
    return hits[0] ?? newPatientId(identity)
  }
  await tx.load(messages.flatMap((intents) => refsOf(intents, patientOf)))
}

function refsOf(intents: readonly Intent[], patientOf: (identity: ByIdentifiers) => Id): DocumentRef[] {
  const ids = new Map<string, Id>()
  return intents.map(({ label, identity, module }) => {
    const id = identity.by === 'identifiers' ? patientOf(identity) : derived(identity, ids)
    ids.set(label, id)
    return { collection: modules[module].collection, id }
  })
}

function derived(identity: ByCause, ids: ReadonlyMap<string, Id>): Id {
  const { of, within } = identity
  const visit = typeof within === 'string' ? ids.get(within) : undefined
  const whole = visit === undefined ? identity : withinRecord(identity, visit)
  return derivedRecordId(whole, of === null ? null : (ids.get(of) ?? null))
}
