import { momentText } from '#renderer/ui/format/when.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { reactionText } from '../allergies/reactions-field.tsx'
import { StatusBadge } from '../shared/status-badge.tsx'
import { laterFirst } from './later-first.ts'
import { ListOfPatient } from './list-of-patient.tsx'

/** What holds of the person wherever they are cared for: allergies, conditions, vaccines. */
export function PatientHealth({ patient }: { readonly patient: RecordView }) {
  return (
    <>
      <ListOfPatient
        module="allergies"
        patient={patient}
        renderEnd={(view) => (
          <>
            <span>{view.reactions?.map(reactionText).join(', ')}</span>
            <StatusBadge code={view.clinicalStatus ?? view.verificationStatus} />
          </>
        )}
      />
      <ListOfPatient
        module="conditions"
        patient={patient}
        sort={byOnset}
        renderEnd={(view) => (
          <>
            <span>{view.onset ? `since ${momentText(view.onset)}` : ''}</span>
            <StatusBadge code={view.clinicalStatus ?? view.verificationStatus} />
          </>
        )}
      />
      <ListOfPatient
        module="immunizations"
        patient={patient}
        sort={byOccurrence}
        renderEnd={(view) => (
          <>
            <span>{view.occurrence ? momentText(view.occurrence) : ''}</span>
            {view.status !== 'completed' && <StatusBadge code={view.status} />}
          </>
        )}
      />
    </>
  )
}

const byOnset = laterFirst<'conditions'>(({ onset }) => onset)
const byOccurrence = laterFirst<'immunizations'>(({ occurrence }) => occurrence)
