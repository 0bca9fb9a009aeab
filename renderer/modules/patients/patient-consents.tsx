import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { periodText } from '#renderer/ui/fields/period-field.tsx'
import { StatusBadge } from '../shared/status-badge.tsx'
import { laterFirst } from './later-first.ts'
import { ListOfPatient } from './list-of-patient.tsx'

/** What the patient allowed and forbade, the newest first. */
export function PatientConsents({ patient }: { readonly patient: RecordView }) {
  return (
    <ListOfPatient
      module="consents"
      patient={patient}
      sort={byDate}
      renderEnd={(view) => (
        <>
          <span>{view.period && periodText(view.period)}</span>
          <StatusBadge code={view.status} />
        </>
      )}
    />
  )
}

const byDate = laterFirst<'consents'>(({ dateTime }) => dateTime)
