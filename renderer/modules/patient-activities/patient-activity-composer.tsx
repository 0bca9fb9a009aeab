import { blankOf, instant, systemClock } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useBroadestPermission } from '#renderer/ui/data/use-permission.ts'
import { useAuthor } from '#renderer/ui/record/author.ts'
import { contactVerdicts } from '#app/modules/consents/index.ts'
import type { CommunicationChannel } from '#app/modules/consents/index.ts'
import { channelName } from '../consents/patient-reach.tsx'
import { useConsentsOf } from '../consents/use-consents-of.ts'
import { useDeceased } from '../patients/deceased-notice.tsx'
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
const onlyNotes = types.filter(({ value }) => value === 'note')

/** By which channel each is; a visit and a note are by none. */
const channels: Partial<Record<Type, CommunicationChannel>> = {
  call: 'phone',
  message: 'sms',
  letter: 'mail',
}

/** Writes down a call, a message or a note about a patient. */
export function PatientActivityComposer({ patientId, siteId, about }: PatientActivityComposerProps) {
  const replica = useReplica()
  const { user } = useAuthor()
  const permission = useBroadestPermission('patient-activities')
  const consents = useConsentsOf(patientId)
  const isDeceased = useDeceased(patientId)
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

  /** What the patient said against being reached this way. */
  function caution(type: Type): string | null {
    const verdict = contactVerdicts(consents, instant(systemClock)).find(
      ({ channel }) => channel === channels[type],
    )
    if (verdict === undefined || verdict.answer === 'allowed') return null
    const name = channelName(verdict.channel).toLowerCase()
    return verdict.answer === 'forbidden'
      ? `The patient has asked not to be reached by ${name}.`
      : `No consent to ${name} is on record: ask first.`
  }

  // What is said to a family names whom: that takes the whole form.
  if (isDeceased) return <Composer key="deceased" label="Write a note" types={onlyNotes} save={save} />
  return <Composer label="Log a call, message or note" types={types} save={save} caution={caution} />
}
