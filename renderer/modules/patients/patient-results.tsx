import { momentText } from '#renderer/ui/format/when.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { Results } from '../observations/results.tsx'
import { StatusBadge } from '../shared/status-badge.tsx'
import { laterFirst } from './later-first.ts'
import { ListOfPatient } from './list-of-patient.tsx'

/** What was asked, what was found, and what was written about it. */
export function PatientResults({ patient }: { readonly patient: RecordView }) {
  return (
    <>
      <Results patientId={patient.id} />
      <ListOfPatient
        module="diagnostic-reports"
        patient={patient}
        sort={byIssue}
        limit={12}
        renderEnd={(view) => <Dated at={view.issuedAt} status={view.status} />}
      />
      <ListOfPatient
        module="orders"
        patient={patient}
        sort={byOrder}
        limit={12}
        renderEnd={(view) => <Dated at={view.authoredOn} status={view.status} />}
      />
      <ListOfPatient
        module="documents"
        patient={patient}
        sort={byDate}
        limit={12}
        renderEnd={(view) => <Dated at={view.date} status={view.docStatus} />}
      />
    </>
  )
}

const byIssue = laterFirst<'diagnostic-reports'>(({ issuedAt }) => issuedAt)
const byOrder = laterFirst<'orders'>(({ authoredOn }) => authoredOn)
const byDate = laterFirst<'documents'>(({ date }) => date)

type DatedProps = { readonly at: string | null | undefined; readonly status: string | undefined }

function Dated({ at, status }: DatedProps) {
  return (
    <>
      <span>{at ? momentText(at) : ''}</span>
      <StatusBadge code={status} />
    </>
  )
}
