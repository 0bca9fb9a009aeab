import { defineModule, field, full, idSchema, mine } from '../../kernel/index.ts'
import { houseRecordAccess } from '../shared/access.ts'
import { inState } from '../shared/first.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { siteScope } from '../shared/scopes.ts'
import { openTaskStatuses, taskFields } from '../shared/task.ts'

/** Something to be done for a patient, a case or a visit. Its words are clinical, so account managers never see it. */
export const patientTasks = defineModule({
  name: 'patient-tasks',
  kind: 'patient-task',
  label: { one: 'Patient task', many: 'Patient tasks' },
  version: 1,
  collection: 'tasks',
  fields: {
    ...taskFields('clinical'),
    patientId: field(idSchema.nullable(), { label: 'Patient', phi: 'identifying' }),
    siteId: field(idSchema, { label: 'Site', phi: 'none' }),
  },
  indexes: ['status', 'priority', 'assigneeId', 'about', 'patientId'],
  // A feed leaves one where a person must look after what a message did.
  access: { ...houseRecordAccess, feed: full },
  scope: (view) => siteScope(view.siteId),
  refers: (view) => [
    ...(view.about ? linksTo(view.about.collection, view.about.id) : []),
    ...linksTo('patients', view.patientId),
  ],
  first: [{ when: { is: 'all', of: [mine('assigneeId'), inState(openTaskStatuses)] } }],
  title: (view) => view.title ?? 'Patient task',
  timeline: (view) => ({
    about: known(view.about?.id, view.patientId),
    at: view.completedAt ?? view.created.at,
    title: `Task: ${view.title ?? ''}`,
    detail: labelOf(view.status),
  }),
})
