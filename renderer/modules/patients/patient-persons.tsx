import type { ViewOfModule } from '#app/modules/index.ts'
import { firstTelecom } from '#app/values/index.ts'
import { phoneText } from '#renderer/ui/format/phone.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { StatusBadge } from '../shared/status-badge.tsx'
import { ListOfPatient } from './list-of-patient.tsx'

/** Who stands around a patient, and who pays. */
export function PatientPersons({ patient }: { readonly patient: RecordView }) {
  return (
    <>
      <ListOfPatient
        module="related-persons"
        patient={patient}
        sort={byRank}
        renderEnd={(view) => <Phone telecoms={view.telecoms ?? []} />}
      />
      <ListOfPatient
        module="coverage"
        patient={patient}
        sort={byOrder}
        renderEnd={(view) => (
          <>
            <span>{view.subscriberId}</span>
            <StatusBadge code={view.status} />
          </>
        )}
      />
    </>
  )
}

type Person = ViewOfModule<'related-persons'>

function Phone({ telecoms }: { readonly telecoms: NonNullable<Person['telecoms']> }) {
  const first = firstTelecom(telecoms, 'phone')
  return first === undefined || first.confidential ? null : <span>{phoneText(first.value)}</span>
}

function byRank(a: Person, b: Person): number {
  return (a.rank ?? 99) - (b.rank ?? 99)
}

function byOrder(a: ViewOfModule<'coverage'>, b: ViewOfModule<'coverage'>): number {
  return (a.order ?? 99) - (b.order ?? 99)
}
