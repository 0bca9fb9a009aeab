import { ownSitesSubject, placesOf } from '#app/access/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { emergencyIdOf } from '#app/protocol/index.ts'
import type { ReadBatch, ReadEntry } from '#app/protocol/index.ts'
import type { SignedIn } from '../access/sessions/sessions.ts'
import type { WriteTransaction } from '../store/contract.ts'
import { alertSupervisors } from './alert-supervisors.ts'
import type { Filed } from './drawer.ts'
import { emergencies } from './emergency-papers.ts'
import type { Emergency } from './emergency-papers.ts'

// The openings of a device's emergency set come with its chain of reads, once each: what the chain repeats is not told
// again. Each becomes a paper that a supervisor signs off, as if the glass had been broken here.

type Told = { readonly entry: ReadEntry; readonly clock: ReadBatch['clock'] }

/** In the commit that takes the batches in. */
export async function takeEmergencies(
  tx: WriteTransaction,
  who: SignedIn,
  batches: readonly ReadBatch[],
  at: string,
): Promise<void> {
  const told = batches.flatMap(({ entries, clock }) => entries.map((entry): Told => ({ entry, clock })))
  for (const [opening, own] of Map.groupBy(told, ({ entry }) => entry.emergency)) {
    if (opening === undefined) continue
    const id = emergencyIdOf(who.deviceId, opening)
    const before = await emergencies.one(tx.access, id)
    const emergency = withTold(before ?? unheardOf(who, id, own, at), own)
    await emergencies.file(tx.access, emergency)
    if (before !== null) continue
    const { orgId } = who.subject
    await alertSupervisors(tx, { orgId, emergency, scopes: placesOf(ownSitesSubject(who.subject, at)), at })
  }
}

function unheardOf(
  { userId, deviceId }: SignedIn,
  id: Id,
  [first]: readonly Told[],
  toldAt: string,
): Filed<Emergency> {
  const at = first === undefined ? toldAt : momentOf(first, toldAt)
  const offline = { toldAt, endedAt: null, patients: [], records: 0 }
  const content = { userId, deviceId, reason: null, words: '', until: at, offline, signed: null }
  return { id, about: deviceId, at, content }
}

/** What was looked at after it was signed off has to be signed off, too. */
function withTold(before: Filed<Emergency>, told: readonly Told[]): Filed<Emergency> {
  const { content } = before
  // What was told first stays: a chain that was written anew changes no reason.
  const opening =
    content.reason === null ? told.find(({ entry }) => entry.opening !== undefined)?.entry.opening : undefined
  const end = told.find(({ entry }) => entry.did === 'emergency-end')
  const looked = told.filter(({ entry }) => entry.did === 'emergency-view').map(({ entry }) => entry)
  const known = content.offline ?? { toldAt: before.at, endedAt: null, patients: [], records: 0 }
  const patients = looked.filter(({ module }) => module === modules.patients.name).flatMap(idsOf)
  const records = looked.filter(({ module }) => module !== modules.patients.name).flatMap(idsOf)
  const offline = {
    toldAt: known.toldAt,
    endedAt: end === undefined ? known.endedAt : momentOf(end, known.toldAt),
    patients: [...new Set([...known.patients, ...patients])],
    records: known.records + records.length,
  }
  const signed = looked.length > 0 ? null : content.signed
  return { ...before, content: { ...content, ...opening, offline, signed } }
}

/** By the device's clock, put right by what it knew of the server's; never later than it was told. */
function momentOf({ entry, clock }: Told, toldAt: string): string {
  const moment = new Date(Date.parse(entry.at) + (clock?.offset ?? 0)).toISOString()
  return moment < toldAt ? moment : toldAt
}

function idsOf({ ids = [] }: ReadEntry): readonly Id[] {
  return ids
}
