import { ownSitesSubject, permissionFor } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { canonicalJson, collections, sha256Hex } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName, Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import { EMERGENCY_SET } from '#app/protocol/index.ts'
import type { EmergencySet } from '#app/protocol/index.ts'
import { epochOf, reachOf } from '../../replication/pull/reach.ts'
import { patientOf } from '../../replication/records-of-patient.ts'
import { viewOf } from '../../replication/view.ts'
import type { Viewer } from '../../replication/view.ts'
import type { ChangedRow, Reach, Reader, StoredDocument } from '../../store/contract.ts'

// What a clinician's grants withhold at their own sites because it is sensitive, and nothing else: the records that they
// would have to break the glass for.

type Row = ChangedRow & { readonly collection: CollectionName }

const PAGE = 2000
const BATCH = 500
/** Some of them the person may see anyhow: twice as many are looked at as may be sent, the latest changes. */
const CANDIDATES = 2 * EMERGENCY_SET.records

/** The sensitive records of the person's sites, by number: an index is read, no record is opened. */
export async function candidates(
  read: Pick<Reader, 'range'>,
  subject: Subject,
  at: string,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const collection of collections) {
    const reach = sensitiveReach(subject, collection, at)
    if (reach.length > 0) rows.push(...(await latestOf(read, collection, reach)))
  }
  return rows
}

/**
 * Names a set before any record is opened: of this device, these grants, these records as they are now. What it was made
 * of can't be told from it.
 */
export function setIdOf(
  deviceId: Id,
  { subject, incarnation, at }: Viewer,
  rows: readonly Row[],
): EmergencySet['id'] {
  const records = rows.map(({ collection, id, seq }) => `${collection}/${id}/${seq}`).toSorted()
  return sha256Hex(
    canonicalJson(['emergency set', deviceId, epochOf(subject, incarnation, at), EMERGENCY_SET, records]),
  )
}

type Content = Pick<EmergencySet, 'patients' | 'cut'>
type Patient = Content['patients'][number]

/** The records themselves, within the bounds: whoever's changed last comes first, and who does not fit is left out whole. */
export async function withheldRecords(
  read: Pick<Reader, 'documents'>,
  viewer: Viewer,
  rows: readonly Row[],
): Promise<Content> {
  const byPatient = new Map<Id, Patient['records']>()
  const within: Viewer = { ...viewer, subject: ownSitesSubject(viewer.subject, viewer.at) }
  for (const [collection, own] of Map.groupBy(rows, (row) => row.collection)) {
    for (let start = 0; start < own.length; start += BATCH) {
      const ids = own.slice(start, start + BATCH).map(({ id }) => id)
      for (const stored of await read.documents(collection, ids)) {
        const document = withheld(viewer, within, stored)
        const patientId = patientOf(stored)
        if (document === null || patientId === null) continue
        byPatient.set(patientId, [...(byPatient.get(patientId) ?? []), { collection, document }])
      }
    }
  }
  return bounded(byPatient, rows.length === CANDIDATES)
}

/** What the person sees only by breaking the glass. */
function withheld(viewer: Viewer, within: Viewer, stored: StoredDocument): AnyDocument | null {
  const module = moduleOfKind(stored.collection, stored.body.doc.kind)
  if (module === undefined || permissionFor(viewer.subject, module, stored.scopes, viewer.at).visible)
    return null
  const view = viewOf(within, stored)
  return view === null || '_deleted' in view || view.removedAt !== null ? null : view
}

function bounded(byPatient: ReadonlyMap<Id, Patient['records']>, isCut: boolean): Content {
  const ordered = [...byPatient]
    .map(([patientId, all]): Patient => ({ patientId, records: all.toSorted(latestFirst) }))
    .toSorted((a, b) => (lastChange(a) < lastChange(b) ? 1 : -1))
  const patients: Patient[] = []
  let [cut, records, bytes] = [isCut, 0, 0]
  for (const one of ordered) {
    const some = { ...one, records: one.records.slice(0, EMERGENCY_SET.recordsOfOne) }
    const size = Buffer.byteLength(JSON.stringify(some))
    const fits =
      patients.length < EMERGENCY_SET.patients &&
      records + some.records.length <= EMERGENCY_SET.records &&
      bytes + size <= EMERGENCY_SET.bytes
    cut ||= !fits || some.records.length < one.records.length
    if (!fits) continue
    patients.push(some)
    records += some.records.length
    bytes += size
  }
  return { patients, cut }
}

function latestFirst(a: Patient['records'][number], b: Patient['records'][number]): number {
  return a.document.updated.at < b.document.updated.at ? 1 : -1
}

function lastChange({ records: [latest] }: Patient): string {
  return latest?.document.updated.at ?? ''
}

/** Only where a clinician's grant holds, and there only what has a sensitivity. */
function sensitiveReach(subject: Subject, collection: CollectionName, at: string): Reach {
  return reachOf(ownSitesSubject(subject, at), collection, at).map((part) => ({ ...part, sensitive: 'only' }))
}

async function latestOf(
  read: Pick<Reader, 'range'>,
  collection: CollectionName,
  reach: Reach,
): Promise<readonly Row[]> {
  let [rows, after]: [Row[], string | undefined] = [[], '']
  while (after !== undefined) {
    const page: readonly ChangedRow[] = await read.range(collection, reach, {
      after,
      through: null,
      limit: PAGE,
    })
    rows.push(...page.map((row) => ({ ...row, collection })))
    if (rows.length > CANDIDATES) rows = rows.toSorted((a, b) => b.seq - a.seq).slice(0, CANDIDATES)
    after = page.length < PAGE ? undefined : page.at(-1)?.id
  }
  return rows
}
