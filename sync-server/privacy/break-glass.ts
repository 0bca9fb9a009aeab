import { emergencySubject, mayBreakGlass } from '#app/access/index.ts'
import { AppError, instant, newId } from '#app/kernel/index.ts'
import type { AnyDocument, Clock, CollectionName, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { EMERGENCY_RECORDS_LIMIT } from '#app/protocol/index.ts'
import type { EmergencyRecords, EmergencyRequest, OpenEmergency } from '#app/protocol/index.ts'
import type { SignedIn } from '../access/sessions/sessions.ts'
import { recordsOfPatient } from '../replication/records-of-patient.ts'
import { viewOf } from '../replication/view.ts'
import type { NewAuditEntry, Store, StoredDocument, WriteTransaction } from '../store/contract.ts'
import type { Filed } from './drawer.ts'
import { emergencies } from './emergency-papers.ts'
import type { Emergency } from './emergency-papers.ts'
import { alertSupervisors } from './alert-supervisors.ts'

/** How long what was opened stays open. */
const LASTS_MINUTES = 60

export type BreakGlass = {
  /** Throws `access.forbidden` for who has no clinical role, `sync.not-visible` where there is no such patient. */
  open(who: SignedIn, request: EmergencyRequest): Promise<OpenEmergency>
  /** Throws `access.emergency-over` when it has ended, and for what is not one's own. */
  records(who: SignedIn, id: Id): Promise<EmergencyRecords>
}

export function createBreakGlass({
  store,
  clock,
}: {
  readonly store: Store
  readonly clock: Clock
}): BreakGlass {
  async function refused(
    who: SignedIn,
    patientId: Id,
    code: 'access.forbidden' | 'sync.not-visible',
  ): Promise<never> {
    await store.audit.append({ ...entryOf(who, instant(clock), patientId), outcome: code })
    throw new AppError(code)
  }

  return {
    async open(who, request) {
      const at = instant(clock)
      const { patientId, reason } = request
      if (!mayBreakGlass(who.subject, at)) return refused(who, patientId, 'access.forbidden')
      const { result } = await store.transaction(async (tx) => {
        const patient = await patientIn(tx, patientId)
        if (patient === null) return null
        const emergency = paperOf(who, request, at)
        await emergencies.file(tx.access, emergency)
        await alertSupervisors(tx, { orgId: who.subject.orgId, emergency, scopes: patient.scopes, at })
        const facts = { emergency: emergency.id, until: emergency.content.until }
        tx.stage({ type: 'audit', ...entryOf(who, at, patientId), outcome: 'opened', purpose: reason, facts })
        return emergency
      })
      if (result === null) return refused(who, patientId, 'sync.not-visible')
      return { id: result.id, until: result.content.until }
    },
    async records(who, id) {
      const at = instant(clock)
      const emergency = await emergencies.one(store.access, id)
      if (emergency === null || !holds(emergency, who, at)) throw new AppError('access.emergency-over')
      const shown = await seen(store, who, emergency, at)
      // Before the answer leaves: what was shown stands in the audit.
      for (const [collection, rows] of Map.groupBy(shown, (row) => row.collection)) {
        const ids = rows.map(({ document }) => document.id)
        const { reason } = emergency.content
        const facts = { emergency: id }
        await store.audit.append({
          ...deedOf(who, at),
          action: 'emergency-read',
          collection,
          ids,
          ...(reason === null ? {} : { purpose: reason }),
          facts,
        })
      }
      const records = shown.slice(0, EMERGENCY_RECORDS_LIMIT)
      return { until: emergency.content.until, records, cut: shown.length > records.length }
    },
  }
}

function paperOf(
  who: SignedIn,
  { patientId, reason, words }: EmergencyRequest,
  at: string,
): Filed<Emergency> {
  const until = new Date(Date.parse(at) + LASTS_MINUTES * 60_000).toISOString()
  const { userId, deviceId } = who
  return {
    id: newId(),
    about: patientId,
    at,
    content: { userId, deviceId, reason, words, until, offline: null, signed: null },
  }
}

async function patientIn(tx: WriteTransaction, id: Id): Promise<StoredDocument | null> {
  const [patient] = await tx.look([{ collection: modules.patients.collection, id }])
  return patient === undefined || patient.body.doc.removedAt !== null ? null : patient
}

/** For its time, for whom it was opened here, and as long as they care for patients. */
function holds({ content }: Filed<Emergency>, { userId, subject }: SignedIn, at: string): boolean {
  const isOpen = content.offline === null && at < content.until
  return isOpen && content.userId === userId && mayBreakGlass(subject, at)
}

type Shown = { readonly collection: CollectionName; readonly document: AnyDocument }

/** What hangs on the patient now, the latest first. */
async function seen(
  store: Store,
  who: SignedIn,
  { id, about, at: openedAt, content: { until } }: Filed<Emergency>,
  at: string,
): Promise<Shown[]> {
  const identity = await store.identity()
  if (identity === null) throw new Error('an emergency before the organisation')
  const subject = emergencySubject(who.subject, { id, openedAt, until })
  const viewer = { subject, at, incarnation: identity.incarnation }
  const stored = await store.snapshot((read) => recordsOfPatient(read, about))
  return stored
    .flatMap((document) => {
      const view = viewOf(viewer, document)
      return view === null || '_deleted' in view || view.removedAt !== null
        ? []
        : [{ collection: document.collection, document: view }]
    })
    .toSorted((a, b) => (a.document.updated.at < b.document.updated.at ? 1 : -1))
}

function deedOf({ userId: actor, deviceId, address }: SignedIn, at: string) {
  return { at, actor, deviceId, address }
}

function entryOf(who: SignedIn, at: string, patientId: Id): NewAuditEntry {
  return { ...deedOf(who, at), action: 'break-glass', collection: 'patients', ids: [patientId] }
}
