import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { PatientActivityComposer } from '../patient-activities/patient-activity-composer.tsx'
import { DeceasedNotice } from '../patients/deceased-notice.tsx'
import { TaskPanel } from '../tasks/task-panel.tsx'
import { AppointmentsList } from './appointments-list.tsx'
import { Arrivals } from './arrivals.tsx'
import { CheckIn } from './check-in.tsx'
import { appointmentPresentation } from './presentation.ts'

export const appointmentsUi: UiModule<'appointments'> = {
  name: 'appointments',
  presentation: appointmentPresentation,
  home: [
    {
      id: 'arrivals',
      title: 'Arrivals today',
      roles: ['coordinator', 'clinician', 'supervisor'],
      Card: Arrivals,
    },
  ],
  screens: screensOf(appointmentPresentation, {
    section: 'Care',
    key: 'v',
    List: AppointmentsList,
    actions: (view) => <CheckIn view={view} size="sm" />,
    notices: ({ patientId }) => typeof patientId === 'string' && <DeceasedNotice patientId={patientId} />,
    aside: (view) => {
      const { patientId, siteId } = view
      if (typeof patientId !== 'string' || typeof siteId !== 'string') return null
      return (
        <>
          <PatientActivityComposer patientId={patientId} siteId={siteId} about={{ appointmentId: view.id }} />
          <TaskPanel
            about={{ collection: 'appointments', kind: 'appointment', id: view.id }}
            patient={{ patientId, siteId }}
          />
        </>
      )
    },
  }),
}
