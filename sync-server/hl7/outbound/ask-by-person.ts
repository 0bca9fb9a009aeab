import { derivedId, sensitivitiesAmong } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { conceptText } from '#app/values/index.ts'
import { leaveTask } from '../../replication/rule-task.ts'
import type { StoredBody } from '../../store/contract.ts'
import type { Appointment } from './adt.ts'
import type { RequestEvent } from './appointment-request.ts'
import type { Telling } from './telling.ts'

const asks: Readonly<Record<RequestEvent | 'anew', string>> = {
  S02: 'to move an appointment',
  S03: 'to change an appointment',
  S04: 'to cancel an appointment',
  anew: 'to book a cancelled appointment again',
}

/** A system that takes no such request is asked by somebody of the site: an urgent task, in the same commit. */
export async function leaveToPerson(
  { tx, feed, cause, orgId, at }: Telling,
  change: RequestEvent | 'anew',
  appointment: Appointment,
  /** What the task tells of, and is as sensitive as. */
  about: readonly StoredBody[],
): Promise<void> {
  const { id, patientId, siteId } = appointment
  const { collection, kind } = modules.appointments
  await leaveTask(
    tx,
    { orgId, by: feed.id, at },
    {
      id: derivedId('ask', feed.id, cause, id),
      title: `Ask ${feed.name.slice(0, 80)} ${asks[change]}`,
      note: noteOn(change, appointment),
      about: { collection, kind, id },
      patientId,
      siteId,
      sensitivities: about.flatMap(({ doc }) => sensitivitiesAmong(doc.scopes)),
    },
  )
}

function noteOn(change: RequestEvent | 'anew', { start, durationMinutes, service }: Appointment): string {
  const what = service === null ? 'The appointment' : conceptText(service)
  const when = `${start.local.slice(0, 16).replace('T', ' at ')}, ${durationMinutes} minutes`
  const wish = change === 'S04' ? `${what} on ${when} is not needed any more.` : `${what}: ${when}.`
  return `${wish} Rounds shows it as requested until they have said the same.`
}
