import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { PatientActivityComposer } from '../patient-activities/patient-activity-composer.tsx'
import { DeceasedNotice } from '../patients/deceased-notice.tsx'
import { StatusMenu } from '../shared/status-menu.tsx'
import { TaskPanel } from '../tasks/task-panel.tsx'
import { referralPresentation } from './presentation.ts'
import { ReferralsList } from './referrals-list.tsx'
import { WaitingReferrals } from './waiting-referrals.tsx'

export const referralsUi: UiModule<'referrals'> = {
  name: 'referrals',
  presentation: referralPresentation,
  home: [
    {
      id: 'referrals',
      title: 'Referrals that wait',
      roles: ['coordinator', 'clinician', 'supervisor'],
      Card: WaitingReferrals,
    },
  ],
  screens: screensOf(referralPresentation, {
    section: 'Care',
    key: 'r',
    List: ReferralsList,
    actions: (view) => <StatusMenu module="referrals" view={view} />,
    notices: ({ patientId }) => typeof patientId === 'string' && <DeceasedNotice patientId={patientId} />,
    aside: (view) => {
      const { patientId, siteId } = view
      if (typeof patientId !== 'string' || typeof siteId !== 'string') return null
      return (
        <>
          <PatientActivityComposer patientId={patientId} siteId={siteId} />
          <TaskPanel
            about={{ collection: 'clinical', kind: 'referral', id: view.id }}
            patient={{ patientId, siteId }}
          />
        </>
      )
    },
  }),
}
