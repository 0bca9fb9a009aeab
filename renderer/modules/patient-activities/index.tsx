import type { UiModule } from '#renderer/shell/ui-module.ts'
import { patientActivityPresentation } from './presentation.ts'

/** Seen on timelines, written by the composer on patients, cases and appointments. */
export const patientActivitiesUi: UiModule<'patient-activities'> = {
  name: 'patient-activities',
  presentation: patientActivityPresentation,
  screens: null,
  home: [],
}
