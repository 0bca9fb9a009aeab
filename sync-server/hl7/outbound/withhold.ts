import { sensitivitiesAmong } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { groundsOf, refusalOf } from '#app/modules/consents/index.ts'
import type { DocumentOfModule } from '#app/modules/index.ts'
import { consentsOf } from '../../replication/consents-of.ts'
import type { Outgoing, Store, WriteTransaction } from '../../store/contract.ts'
import type { SendingFeed } from '../feed-config.ts'

// What patients keep from the systems that are told by HL7. A restriction counts at the moment of sending, so that one which
// comes while a message waits still holds it back.

/** For what other systems are told. */
export const PURPOSE = 'treatment'

/** Takes a message out of the queue that its patient forbids; true where it did. A person may put it back later. */
export async function withhold(
  store: Pick<Store, 'snapshot' | 'transaction'>,
  { sequence, subject, feedId, controlId, messageType }: Outgoing,
  at: string,
): Promise<boolean> {
  const consents = await store.snapshot((read) => consentsOf(read, [subject]))
  const refusal = refusalOf(consents.get(subject) ?? [], { purpose: PURPOSE, at })
  if (refusal === undefined) return false
  await store.transaction(async (tx) => {
    const facts = { recipient: feedId, message: controlId, type: messageType, consent: refusal.id }
    tx.stage({ type: 'audit', ...withheld(subject, at), outcome: 'restricted', facts })
    const code = 'hl7.destination-withheld'
    tx.stage({ type: 'close-outgoing', sequence, at, state: 'refused', code, facts: { consent: refusal.id } })
  })
  return true
}

/** Whether a feed's partner may hear of an appointment that is marked as one of substance use treatment (42 CFR Part 2). */
export async function mayTellOf(
  tx: WriteTransaction,
  { patientId, scopes }: DocumentOfModule<'appointments'>,
  feed: SendingFeed,
  at: string,
): Promise<boolean> {
  const sensitivities = sensitivitiesAmong(scopes)
  if (sensitivities.length === 0) return true
  const consents = await consentsOf(readingIn(tx), [patientId])
  const disclosure = { recipient: { name: feed.name }, purpose: PURPOSE, sensitivities, at }
  if (groundsOf(consents.get(patientId) ?? [], disclosure) !== null) return true
  tx.stage({
    type: 'audit',
    ...withheld(patientId, at),
    outcome: 'no-consent',
    facts: { recipient: feed.id },
  })
  return false
}

function readingIn(tx: WriteTransaction): Parameters<typeof consentsOf>[0] {
  return {
    findByIdentifiers: (collection, kind, identifiers) => tx.findByIdentifiers(collection, kind, identifiers),
    documents: (collection, ids) => tx.look(ids.map((id) => ({ collection, id }))),
  }
}

function withheld(patientId: Id, at: string) {
  const about = { collection: 'patients', ids: [patientId], purpose: PURPOSE } as const
  return { at, actor: 'server', action: 'withhold', ...about } as const
}
