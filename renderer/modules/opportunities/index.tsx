import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { ActivityComposer } from '../activities/activity-composer.tsx'
import { TaskPanel } from '../tasks/task-panel.tsx'
import { OpportunitiesList } from './opportunities-list.tsx'
import { PipelineSummary } from './pipeline-summary.tsx'
import { opportunityPresentation } from './presentation.ts'
import { StageMenu } from './stage-menu.tsx'

export const opportunitiesUi: UiModule<'opportunities'> = {
  name: 'opportunities',
  presentation: opportunityPresentation,
  home: [{ id: 'pipeline', title: 'My pipeline', roles: ['account-manager'], Card: PipelineSummary }],
  screens: screensOf(opportunityPresentation, {
    section: 'Business',
    key: 'b',
    List: OpportunitiesList,
    actions: (view) => <StageMenu view={view} />,
    aside: (view) => (
      <>
        <ActivityComposer
          about={{
            opportunityId: view.id,
            accountId: typeof view['accountId'] === 'string' ? view['accountId'] : null,
          }}
          territoryId={view['territoryId']}
        />
        <TaskPanel about={{ collection: 'opportunities', kind: 'opportunity', id: view.id }} />
      </>
    ),
  }),
}
