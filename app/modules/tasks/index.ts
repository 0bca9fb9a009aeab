import { defineModule, field, full, idSchema } from '../../kernel/index.ts'
import type { CollectionName } from '../../kernel/index.ts'
import { houseRecordAccess } from '../shared/access.ts'
import { inState } from '../shared/first.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { personScope, scopesOf, siteScope, territoryScope } from '../shared/scopes.ts'
import { openTaskStatuses, taskFields } from '../shared/task.ts'

const business: readonly CollectionName[] = [
  'accounts',
  'contacts',
  'opportunities',
  'activities',
  'reference',
  'engagement',
]

/** Something to be done for the business. What tells of a patient, and what hangs on a case, is a patient task. */
export const tasks = defineModule({
  name: 'tasks',
  kind: 'task',
  label: { one: 'Task', many: 'Tasks' },
  version: 1,
  collection: 'tasks',
  fields: {
    ...taskFields('none'),
    accountId: field(idSchema.nullable(), { label: 'Account', phi: 'none' }),
    territoryId: field(idSchema.nullable(), { label: 'Territory', phi: 'none' }),
    siteId: field(idSchema.nullable(), { label: 'Site', phi: 'none' }),
  },
  indexes: ['status', 'priority', 'assigneeId', 'about', 'accountId'],
  access: { ...houseRecordAccess, 'account-manager': full },
  scope: (view) =>
    scopesOf(territoryScope(view.territoryId), siteScope(view.siteId), personScope(view.assigneeId)),
  refers: (view) => [
    ...(view.about ? linksTo(view.about.collection, view.about.id) : []),
    ...linksTo('accounts', view.accountId),
  ],
  first: [{ own: true, when: inState(openTaskStatuses) }],
  title: (view) => view.title ?? 'Task',
  timeline: (view) => ({
    about: known(view.about?.id, view.accountId),
    at: view.completedAt ?? view.created.at,
    title: `Task: ${view.title ?? ''}`,
    detail: labelOf(view.status),
  }),
  invariants: [
    {
      field: 'about',
      says: 'A task about a patient, a case or a visit is a patient task.',
      holds: (view) =>
        !view.about || (business.includes(view.about.collection) && view.about.kind !== 'patient-activity'),
    },
    {
      field: 'assigneeId',
      says: 'A task belongs to a person, a territory or a site.',
      holds: (view) => view.assigneeId !== null || view.territoryId !== null || view.siteId !== null,
    },
  ],
})
