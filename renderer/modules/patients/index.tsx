import { isBeyondReach } from '#app/modules/patients/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { PatientReach } from '../consents/patient-reach.tsx'
import { PatientActivityComposer } from '../patient-activities/patient-activity-composer.tsx'
import { TaskPanel } from '../tasks/task-panel.tsx'
import { BreakGlass } from './emergency/break-glass.tsx'
import { KeptEmergencyCard } from './emergency/kept-emergency-card.tsx'
import { DeceasedNotice } from './deceased-notice.tsx'
import { PatientAlerts } from './patient-alerts.tsx'
import { PatientRelated } from './patient-related.tsx'
import { patientPresentation } from './presentation.ts'

export const patientsUi: UiModule<'patients'> = {
  name: 'patients',
  presentation: patientPresentation,
  home: [
    {
      id: 'emergency',
      title: 'For an emergency',
      roles: ['clinician'],
      isSeldom: true,
      Card: KeptEmergencyCard,
    },
  ],
  screens: screensOf(patientPresentation, {
    section: 'Care',
    key: 'p',
    actions: (view) => <BreakGlass patient={view} />,
    notices: (view) => (
      <>
        <DeceasedNotice patientId={view.id} />
        <PatientAlerts patientId={view.id} />
      </>
    ),
    related: (view) => <PatientRelated patient={view} />,
    aside: (view) => <PatientAside patient={view} />,
  }),
}

function PatientAside({ patient }: { readonly patient: RecordView }) {
  const [siteId] = Array.isArray(patient['siteIds']) ? (patient['siteIds'] as readonly string[]) : []
  if (siteId === undefined) return null
  return (
    <>
      <PatientActivityComposer patientId={patient.id} siteId={siteId} />
      <TaskPanel
        about={{ collection: 'patients', kind: 'patient', id: patient.id }}
        patient={{ patientId: patient.id, siteId }}
      />
      {!isBeyondReach(patient, null) && <PatientReach patientId={patient.id} />}
    </>
  )
}
