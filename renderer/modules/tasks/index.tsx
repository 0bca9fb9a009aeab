import type { UiModule } from '#renderer/shell/ui-module.ts'
import { MyTasks } from './my-tasks.tsx'
import { taskPresentation } from './presentation.ts'

/** Seen on the pages of what they are about, and on the first page. */
export const tasksUi: UiModule<'tasks'> = {
  name: 'tasks',
  presentation: taskPresentation,
  screens: null,
  home: [
    {
      id: 'tasks',
      title: 'My tasks',
      roles: ['account-manager', 'coordinator', 'clinician', 'supervisor'],
      Card: MyTasks,
    },
  ],
}
