import { mayBreakGlass } from '#app/access/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import type { EmergencySet, EmergencySetAnswer, EmergencySetRequest } from '#app/protocol/index.ts'
import type { SignedIn } from '../../access/sessions/sessions.ts'
import type { Viewer } from '../../replication/view.ts'
import type { NewAuditEntry, Store } from '../../store/contract.ts'
import { setPaperId, setPapers } from './set-papers.ts'
import type { SetPaper } from './set-papers.ts'
import { candidates, setIdOf, withheldRecords } from './withheld-records.ts'

type Parts = { readonly store: Store; readonly clock: Clock }
type Found = EmergencySet | 'unchanged'

/**
 * The emergency set of the device that asks: nothing of it has been shown by being sent. What lies there is known from
 * what the device names as held, so that the dossier of a lost one can say it. Who has no clinical role has none.
 */
export async function emergencySet(
  { store, clock }: Parts,
  who: SignedIn,
  { held }: EmergencySetRequest,
): Promise<EmergencySetAnswer> {
  const identity = await store.identity()
  if (identity === null) throw new Error('an emergency set before the organisation')
  const viewer = { subject: who.subject, at: instant(clock), incarnation: identity.incarnation }
  const found = mayBreakGlass(viewer.subject, viewer.at) ? await setFor(store, who, viewer, held) : null
  await account(store, who, viewer.at, held, found)
  if (found === null) return { state: 'none' }
  return found === 'unchanged' ? { state: 'unchanged' } : { state: 'another', set: found }
}

/** A set that the device has is known without opening a record. */
function setFor(store: Store, { deviceId }: SignedIn, viewer: Viewer, held: string | null): Promise<Found> {
  return store.snapshot(async (read) => {
    const rows = await candidates(read, viewer.subject, viewer.at)
    const id = setIdOf(deviceId, viewer, rows)
    return id === held ? 'unchanged' : { id, ...(await withheldRecords(read, viewer, rows)) }
  })
}

/** Before the answer leaves: what is sent stands in the audit, and what the device says that it has, or has no more. */
async function account(
  store: Store,
  who: SignedIn,
  at: string,
  held: string | null,
  found: Found | null,
): Promise<void> {
  const id = setPaperId(who.deviceId)
  const known = (await setPapers.one(store.access, id))?.content ?? nothing(who)
  const heard = afterReceipt(known, held)
  const sent = found === 'unchanged' ? null : found
  const next = sent === null ? heard : afterDelivery(heard, sent, at)
  if (next === known) return
  await store.transaction(async (tx) => {
    const receipt = { outcome: held === null ? 'gone' : 'held', facts: { set: held ?? '' } }
    if (heard !== known) tx.stage({ type: 'audit', ...entryOf(who, at), ...receipt })
    for (const entry of deliveries(who, at, sent)) tx.stage({ type: 'audit', ...entry })
    await setPapers.file(tx.access, { id, about: who.deviceId, at, content: next })
  })
}

/** The same object where the device says what was known. */
function afterReceipt(known: SetPaper, held: string | null): SetPaper {
  if (held === null) return known.gone ? known : { ...known, set: null, gone: true }
  if (known.set === null || known.set.id !== held || known.set.confirmed) return known
  return { ...known, set: { ...known.set, confirmed: true }, gone: false }
}

function afterDelivery(known: SetPaper, { id, patients }: EmergencySet, at: string): SetPaper {
  const records = recordsIn(patients).length
  const set = { id, deliveredAt: at, patients: patients.length, records, confirmed: false }
  return { ...known, set, gone: false }
}

function nothing({ userId }: SignedIn): SetPaper {
  return { userId, set: null, gone: true }
}

function recordsIn(patients: EmergencySet['patients']): EmergencySet['patients'][number]['records'] {
  return patients.flatMap(({ records }) => records)
}

/** One for each collection, with the ids in it. */
function* deliveries(who: SignedIn, at: string, sent: EmergencySet | null): Generator<NewAuditEntry> {
  const { id = '', patients = [] } = sent ?? {}
  for (const [collection, own] of Map.groupBy(recordsIn(patients), (record) => record.collection)) {
    const ids = own.map(({ document }) => document.id)
    yield { ...entryOf(who, at), outcome: 'delivered', collection, ids, facts: { set: id } }
  }
}

function entryOf({ userId: actor, deviceId, address }: SignedIn, at: string) {
  return { at, actor, deviceId, address, action: 'emergency-set' }
}
