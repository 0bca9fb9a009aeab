import type { ViewOfModule } from '#app/modules/index.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { byStart } from '../appointments/appointment-views.ts'
import { CaseState } from '../cases/case-state.tsx'
import { byUrgency, isOpenCase } from '../cases/case-views.ts'
import { byNeed, isOpenReferral } from '../referrals/referral-views.ts'
import { StatusBadge } from '../shared/status-badge.tsx'
import { ListOfPatient } from './list-of-patient.tsx'

/** What is going on with a patient: appointments, open cases, referrals under way. */
export function PatientNow({ patient }: { readonly patient: RecordView }) {
  return (
    <>
      <ListOfPatient
        module="appointments"
        patient={patient}
        sort={laterFirst}
        limit={8}
        renderEnd={(view) => <StatusBadge code={view.status} />}
      />
      <ListOfPatient
        module="cases"
        patient={patient}
        title="Open cases"
        among={isOpenCase}
        sort={byUrgency}
        renderEnd={(view) => <CaseState view={view} />}
      />
      <ListOfPatient
        module="referrals"
        patient={patient}
        title="Open referrals"
        among={isOpenReferral}
        sort={byNeed}
        renderEnd={(view) => <StatusBadge code={view.status} />}
      />
    </>
  )
}

function laterFirst(a: ViewOfModule<'appointments'>, b: ViewOfModule<'appointments'>): number {
  return -byStart(a, b)
}
