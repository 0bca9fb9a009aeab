import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { PatientActivityComposer } from '../patient-activities/patient-activity-composer.tsx'
import { DeceasedNotice } from '../patients/deceased-notice.tsx'
import { TaskPanel } from '../tasks/task-panel.tsx'
import { CaseActions } from './case-actions.tsx'
import { DueCases } from './due-cases.tsx'
import { casePresentation } from './presentation.ts'

export const casesUi: UiModule<'cases'> = {
  name: 'cases',
  presentation: casePresentation,
  home: [
    { id: 'cases', title: 'Open cases', roles: ['coordinator', 'clinician', 'supervisor'], Card: DueCases },
  ],
  screens: screensOf(casePresentation, {
    section: 'Care',
    key: 'k',
    actions: (view) => <CaseActions view={view} />,
    notices: ({ patientId }) => typeof patientId === 'string' && <DeceasedNotice patientId={patientId} />,
    aside: (view) => {
      const { patientId, siteId } = view
      if (typeof siteId !== 'string') return null
      const about = { collection: 'cases', kind: 'case', id: view.id } as const
      const patient = typeof patientId === 'string' ? patientId : null
      return (
        <>
          {patient !== null && (
            <PatientActivityComposer patientId={patient} siteId={siteId} about={{ caseId: view.id }} />
          )}
          <TaskPanel about={about} patient={{ patientId: patient, siteId }} />
        </>
      )
    },
  }),
}
