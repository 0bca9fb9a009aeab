import { documentSchema } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { StoredBody } from '../../store/contract.ts'
import { arrivalMessage, personMessage } from './adt.ts'
import { patientSegments } from './pid.ts'
import type { Patient } from './pid.ts'
import { isLiving, isOf, mayHear, patientIn, queue } from './telling.ts'
import type { Telling } from './telling.ts'
import { mayTellOf } from './withhold.ts'

/** A28 where the person is new to the system, else A31; nothing where nothing that is said has changed. */
export async function tellOfPatient(
  telling: Telling,
  before: Patient | null,
  body: StoredBody,
): Promise<void> {
  const { feed, destination, orgId } = telling
  const patient = patientIn(body)
  if (!isOf(feed.settings, patient.siteIds) || !isLiving(patient) || !mayHear(destination, body.doc)) return
  const where = { orgId, zone: feed.settings.zone }
  const words = (of: Patient): string => patientSegments(of, null, where).join('\r')
  if (before !== null && words(before) === words(patient)) return
  const isNew = before === null || !(await isKnown(telling, patient, body))
  const event = isNew ? 'A28' : 'A31'
  if (!destination.events.includes(event)) return
  queue(telling, `ADT^${event}`, patient.id, patient.id, (controlId) =>
    personMessage(event, patient, isNew ? null : before, { ...telling, settings: feed.settings, controlId }),
  )
}

/** A04: the patient of an appointment stands at the desk. */
export async function tellOfArrival(
  telling: Telling,
  before: StoredBody | null,
  after: StoredBody,
): Promise<void> {
  const { tx, feed, destination } = telling
  const appointment = documentSchema(modules.appointments).parse(after.doc)
  const hasArrived = appointment.status === 'arrived' && before?.doc['status'] !== 'arrived'
  if (!hasArrived || !destination.events.includes('A04') || !isOf(feed.settings, [appointment.siteId])) return
  const [stored] = await tx.look([{ collection: 'patients', id: appointment.patientId }])
  if (stored === undefined) return
  const patient = patientIn(stored.body)
  if (!isLiving(patient) || ![stored.body.doc, after.doc].every((doc) => mayHear(destination, doc))) return
  if (!(await mayTellOf(tx, appointment, feed, telling.at))) return
  queue(telling, 'ADT^A04', appointment.id, patient.id, (controlId) =>
    arrivalMessage(patient, appointment, { ...telling, settings: feed.settings, controlId }),
  )
}

/** Whether the system has the person already: it gave them a number, told of them, or was told. */
async function isKnown({ tx, feed }: Telling, patient: Patient, body: StoredBody): Promise<boolean> {
  const { universalId, namespace } = feed.settings.authority
  const hasNumber = patient.identifiers.some(({ authority }) =>
    universalId === undefined ? authority?.namespace === namespace : authority?.universalId === universalId,
  )
  return hasNumber || body.feeds[feed.id] !== undefined || tx.told(feed.id, patient.id)
}
