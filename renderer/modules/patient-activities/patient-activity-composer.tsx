import { blankOf, instant, systemClock } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useBroadestPermission } from '#renderer/ui/data/use-permission.ts'
import { useAuthor } from '#renderer/ui/record/author.ts'
import { Composer } from '../shared/composer.tsx'
import type { Composed } from '../shared/composer.tsx'

type Activity = DataOfModule<'patient-activities'>

type PatientActivityComposerProps = {
  readonly patientId: Id
  /** The site that it belongs to: of the case or appointment, else the patient's first. */
  readonly siteId: Id
  readonly about?: Partial<Pick<Activity, 'caseId' | 'appointmentId'>>
}

const types = [
  { value: 'call', label: 'Call' },
  { value: 'message', label: 'Message' },
  { value: 'visit', label: 'Visit' },
  { value: 'letter', label: 'Letter' },
  { value: 'note', label: 'Note' },
] as const
type Type = (typeof types)[number]['value']

/** Writes down a call, a message or a note about a patient. */
export function PatientActivityComposer({ patientId, siteId, about }: PatientActivityComposerProps) {
  const replica = useReplica()
  const { user } = useAuthor()
  const permission = useBroadestPermission('patient-activities')
  if (!permission.create) return null

  function save({ type, subject, body }: Composed<Type>) {
    const data = {
      ...blankOf(modules['patient-activities']),
      type,
      subject,
      body,
      occurredAt: instant(systemClock),
      ownerId: user.id,
      patientId,
      siteId,
      ...about,
    }
    // Every field is there: what `blankOf` leaves out is given above, and the replica checks it.
    return replica.create('patient-activities', data as Activity)
  }

  return <Composer label="Log a call, message or note" types={types} save={save} />
}
