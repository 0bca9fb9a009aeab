import { instant } from '#app/kernel/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { indexed } from '../../../replication/identifiers.ts'
import type { Reader, Store, StoredDocument } from '../../../store/contract.ts'
import type { Feed } from '../../feed-config.ts'
import { readHeader } from '../../header.ts'
import { mapMessage } from '../../mapping/index.ts'
import type { Message } from '../../parse/message.ts'

/** A patient whom a message may be about, and the segment whose numbers name them. */
export type Candidate = { readonly segment: string; readonly patient: StoredDocument }

/**
 * The patients that the numbers of a message name, each as what it is now: a record that ended in another is that one.
 * None where the message can't be mapped.
 */
export async function candidatesOf(
  { store, clock }: { readonly store: Pick<Store, 'snapshot'>; readonly clock: Clock },
  message: Message,
  feed: Feed,
): Promise<readonly Candidate[]> {
  const mapped = mapMessage(message, readHeader(message), feed.settings, instant(clock))
  if (!mapped.ok) return []
  return store.snapshot(async (read) => {
    const found = new Map<Id, Candidate>()
    for (const { identity, places } of mapped.value.intents) {
      if (identity.by !== 'identifiers') continue
      const numbers = identity.identifiers.flatMap((identifier) => indexed(identifier) ?? [])
      const { collection, kind } = modules.patients
      const segment = (Object.values(places)[0] ?? 'PID').split('-')[0] ?? 'PID'
      for (const id of (await read.findByIdentifiers(collection, kind, numbers)).flat()) {
        const patient = await survivor(read, id)
        if (patient !== null && !found.has(patient.id)) found.set(patient.id, { segment, patient })
      }
    }
    return [...found.values()]
  })
}

/** Merges end somewhere: no record ends in itself. */
async function survivor(read: Reader, id: Id): Promise<StoredDocument | null> {
  const [document] = await read.documents('patients', [id])
  const into = document?.body.ended?.into
  return into === undefined ? (document ?? null) : survivor(read, into)
}
