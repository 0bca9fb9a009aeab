import { modules } from '#app/modules/index.ts'
import { referenceField, siteField, territoryField } from '#renderer/ui/fields/reference-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { taskFieldViews } from './task-field-views.ts'

export const taskPresentation = present({
  module: 'tasks',
  fields: {
    ...taskFieldViews(modules.tasks.fields),
    accountId: referenceField('accounts'),
    territoryId: territoryField,
    siteId: siteField,
  },
  facts: [],
  sections: [{ title: 'Task', fields: ['title', 'note', 'status', 'priority', 'dueOn', 'assigneeId'] }],
  columns: [],
  filters: [],
  sort: { field: 'dueOn' },
})
