import type { UiModule } from '#renderer/shell/ui-module.ts'
import { RecentVisits } from './recent-visits.tsx'
import { activityPresentation } from './presentation.ts'

/** Seen on timelines, written by the composer of what they are about. */
export const activitiesUi: UiModule<'activities'> = {
  name: 'activities',
  presentation: activityPresentation,
  screens: null,
  home: [{ id: 'visits', title: 'My last visits and calls', roles: ['account-manager'], Card: RecentVisits }],
}
