import { modules } from '#app/modules/index.ts'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { referenceField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { taskFieldViews } from '../tasks/task-field-views.ts'

/** Seen on the pages of patients, cases and appointments, and among the tasks of the first page. */
export const patientTasksUi: UiModule<'patient-tasks'> = {
  name: 'patient-tasks',
  presentation: present({
    module: 'patient-tasks',
    fields: {
      ...taskFieldViews(modules['patient-tasks'].fields),
      patientId: referenceField('patients'),
      siteId: siteField,
    },
    facts: [],
    sections: [{ title: 'Task', fields: ['title', 'note', 'status', 'priority', 'dueOn', 'assigneeId'] }],
    columns: [],
    filters: [],
    sort: { field: 'dueOn' },
  }),
  screens: null,
  home: [],
}
