import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { ActivityComposer } from '../activities/activity-composer.tsx'
import { TaskPanel } from '../tasks/task-panel.tsx'
import { AccountRelated } from './account-related.tsx'
import { accountPresentation } from './presentation.ts'

export const accountsUi: UiModule<'accounts'> = {
  name: 'accounts',
  presentation: accountPresentation,
  home: [],
  screens: screensOf(accountPresentation, {
    section: 'Business',
    key: 'a',
    related: (view) => <AccountRelated account={view} />,
    aside: (view) => (
      <>
        <ActivityComposer about={{ accountId: view.id }} territoryId={view['territoryId']} />
        <TaskPanel about={{ collection: 'accounts', kind: 'account', id: view.id }} accountId={view.id} />
      </>
    ),
  }),
}
