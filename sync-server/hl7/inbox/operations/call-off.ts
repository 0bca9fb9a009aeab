import { derivedId, documentSchema, sensitivitiesAmong } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { instantOf } from '#app/values/index.ts'
import { recordsOf } from '../../../replication/records-of-patient.ts'
import { leaveTask } from '../../../replication/rule-task.ts'
import type { Operation } from '../../mapping/index.ts'
import { labelled } from '../applying/resolve.ts'
import type { Operating } from './operating.ts'

/** A patient has died: what is still planned for them is called off by people, one task for each site. */
export async function callOff(
  { tx, actor, found }: Operating,
  { of }: Extract<Operation, { type: 'call-off' }>,
): Promise<number> {
  const { feedId: by, at } = actor
  const { orgId } = actor.subject
  const patientId = labelled(found, of).id
  const records = await recordsOf(tx, patientId, [modules.appointments])
  const planned = records
    .map(({ body }) => documentSchema(modules.appointments).parse(body.doc))
    .filter(({ status, start }) => (status === 'proposed' || status === 'booked') && instantOf(start) > at)
  let made = 0
  for (const [siteId, own] of Map.groupBy(planned, (appointment) => appointment.siteId)) {
    const isNew = await leaveTask(
      tx,
      { orgId, by, at },
      {
        id: derivedId('call off', patientId, siteId),
        title: `The patient has died: call off ${own.length === 1 ? 'an appointment' : `${own.length} appointments`}`,
        note: 'The hospital says so. Nobody calls, writes or books for the patient any more.',
        about: { collection: modules.patients.collection, kind: modules.patients.kind, id: patientId },
        patientId,
        siteId,
        sensitivities: own.flatMap(({ scopes }) => sensitivitiesAmong(scopes)),
      },
    )
    made += isNew ? 1 : 0
  }
  return made
}
