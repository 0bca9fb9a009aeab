import { useCallback } from 'react'
import type { ViewOfModule } from '#app/modules/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { RelatedList } from '#renderer/ui/record/related-list.tsx'
import { StateBadge } from '#renderer/ui/record/state-badge.tsx'
import { byStart } from '../appointments/appointment-views.ts'
import { CaseState } from '../cases/case-state.tsx'
import { byUrgency, isOpenCase } from '../cases/case-views.ts'
import { Results } from '../observations/results.tsx'

/** What is going on with a patient: appointments, open cases, results. */
export function PatientRelated({ patient }: { readonly patient: RecordView }) {
  const { id } = patient
  const visits = useCallback((view: ViewOfModule<'appointments'>) => view.patientId === id, [id])
  const open = useCallback((view: ViewOfModule<'cases'>) => view.patientId === id && isOpenCase(view), [id])
  return (
    <>
      <RelatedList
        module="appointments"
        where={visits}
        sort={laterFirst}
        limit={8}
        given={{ patientId: id }}
        renderEnd={(view) => <StateBadge code={view.status} text={labelOf(view.status)} />}
      />
      <RelatedList
        module="cases"
        where={open}
        sort={byUrgency}
        title="Open cases"
        given={{ patientId: id }}
        renderEnd={(view) => <CaseState view={view} />}
      />
      <Results patientId={id} />
    </>
  )
}

function laterFirst(a: ViewOfModule<'appointments'>, b: ViewOfModule<'appointments'>): number {
  return -byStart(a, b)
}
