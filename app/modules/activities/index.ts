import { z } from 'zod'
import { defineModule, field, full, idSchema } from '../../kernel/index.ts'
import { conversationFields } from '../shared/conversation.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { personScope, scopesOf, territoryScope } from '../shared/scopes.ts'

export const activityTypes = ['visit', 'call', 'email', 'message', 'meeting', 'note'] as const

/** What was said and done with accounts and contacts. Never about a patient: that is a patient activity. */
export const activities = defineModule({
  name: 'activities',
  kind: 'activity',
  label: { one: 'Activity', many: 'Activities' },
  version: 1,
  collection: 'activities',
  fields: {
    type: field(z.enum(activityTypes), { label: 'Type', phi: 'none' }),
    ...conversationFields('none'),
    outcome: field(z.enum(['done', 'not-reached', 'postponed', 'follow-up']).nullable(), {
      label: 'Outcome',
      phi: 'none',
    }),
    accountId: field(idSchema.nullable(), { label: 'Account', phi: 'none' }),
    contactIds: field(z.array(idSchema).max(32), { label: 'Contacts', phi: 'none', merge: { rule: 'set' } }),
    opportunityId: field(idSchema.nullable(), { label: 'Opportunity', phi: 'none' }),
    territoryId: field(idSchema.nullable(), { label: 'Territory', phi: 'none' }),
  },
  indexes: ['occurredAt', 'ownerId', 'accountId', 'opportunityId'],
  access: { 'account-manager': full, supervisor: full },
  scope: (view) => scopesOf(territoryScope(view.territoryId), personScope(view.ownerId)),
  refers: (view) => [
    ...linksTo('accounts', view.accountId),
    ...linksTo('contacts', ...(view.contactIds ?? [])),
    ...linksTo('opportunities', view.opportunityId),
    ...linksTo('activities', view.amendsId),
  ],
  title: (view) => view.subject ?? 'Activity',
  timeline: (view) => ({
    about: known(view.accountId, view.opportunityId, ...(view.contactIds ?? [])),
    at: view.occurredAt ?? view.created.at,
    title: `${labelOf(view.type)}: ${view.subject ?? ''}`,
    ...(view.body ? { detail: view.body } : {}),
  }),
  invariants: [
    {
      field: 'territoryId',
      says: 'An activity belongs to a territory or to the person who did it.',
      holds: (view) => view.territoryId !== null || view.ownerId !== null,
    },
  ],
})
