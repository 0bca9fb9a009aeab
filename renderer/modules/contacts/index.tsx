import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { ActivityComposer } from '../activities/activity-composer.tsx'
import { RolesOfContact } from '../practitioner-roles/roles-of-contact.tsx'
import { TaskPanel } from '../tasks/task-panel.tsx'
import { contactPresentation } from './presentation.ts'

export const contactsUi: UiModule<'contacts'> = {
  name: 'contacts',
  presentation: contactPresentation,
  home: [],
  screens: screensOf(contactPresentation, {
    section: 'Business',
    key: 'o',
    related: (view) => <RolesOfContact contactId={view.id} />,
    aside: (view) => (
      <>
        <ActivityComposer about={{ contactIds: [view.id] }} territoryId={null} />
        <TaskPanel about={{ collection: 'contacts', kind: 'contact', id: view.id }} />
      </>
    ),
  }),
}
