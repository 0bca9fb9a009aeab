import { z } from 'zod'
import { defineModule, field, full, idSchema } from '../../kernel/index.ts'
import { dateSchema, line, moneySchema, moneyText, prose } from '../../values/index.ts'
import { everything } from '../shared/first.ts'
import { known, linksTo } from '../shared/links.ts'
import { personScope, scopesOf, territoryScope } from '../shared/scopes.ts'

/** Business that may be won. Whether it is open, won or lost is told by the stage. */
export const opportunities = defineModule({
  name: 'opportunities',
  kind: 'opportunity',
  label: { one: 'Opportunity', many: 'Opportunities' },
  version: 1,
  collection: 'opportunities',
  fields: {
    name: field(line(160), { label: 'Name', phi: 'none', search: { as: 'text', of: (name) => [name] } }),
    accountId: field(idSchema, { label: 'Account', phi: 'none' }),
    contactIds: field(z.array(idSchema).max(32), { label: 'Contacts', phi: 'none', merge: { rule: 'set' } }),
    pipelineId: field(idSchema, { label: 'Pipeline', phi: 'none' }),
    stageId: field(idSchema, { label: 'Stage', phi: 'none' }),
    /** Since when it is in its stage. */
    stageSince: field(dateSchema.nullable(), { label: 'In this stage since', phi: 'none' }),
    amount: field(moneySchema.nullable(), { label: 'Amount', phi: 'none' }),
    /** In percent; null: the stage's. */
    probability: field(z.int().min(0).max(100).nullable(), { label: 'Probability', phi: 'none' }),
    closeOn: field(dateSchema.nullable(), { label: 'Expected close', phi: 'none' }),
    ownerId: field(idSchema.nullable(), { label: 'Owner', phi: 'none' }),
    territoryId: field(idSchema.nullable(), { label: 'Territory', phi: 'none' }),
    source: field(
      z.enum(['referral', 'visit', 'event', 'tender', 'inbound', 'campaign', 'other']).nullable(),
      {
        label: 'Source',
        phi: 'none',
      },
    ),
    nextStep: field(line(200).nullable(), { label: 'Next step', phi: 'none' }),
    competitors: field(z.array(line(80)).max(16), {
      label: 'Competitors',
      phi: 'none',
      merge: { rule: 'set' },
    }),
    lostReason: field(
      z.enum(['price', 'competitor', 'no-budget', 'no-decision', 'timing', 'product', 'other']).nullable(),
      { label: 'Lost because of', phi: 'none' },
    ),
    lostNote: field(prose(2000).nullable(), { label: 'How it was lost', phi: 'none' }),
    description: field(prose(8000).nullable(), { label: 'Description', phi: 'none' }),
    tags: field(z.array(line(40)).max(32), {
      label: 'Tags',
      phi: 'none',
      merge: { rule: 'set' },
      search: { as: 'text', of: (tags) => tags },
    }),
  },
  indexes: ['pipelineId', 'stageId', 'accountId', 'ownerId'],
  access: { 'account-manager': full, supervisor: full },
  scope: (view) => scopesOf(territoryScope(view.territoryId), personScope(view.ownerId)),
  refers: (view) => [
    ...linksTo('accounts', view.accountId),
    ...linksTo('contacts', ...(view.contactIds ?? [])),
    ...linksTo('reference', view.pipelineId),
  ],
  first: [{ own: true, when: everything }],
  title: (view) => view.name ?? 'Opportunity',
  timeline: (view) => ({
    about: known(view.accountId, ...(view.contactIds ?? [])),
    at: view.created.at,
    title: `Opportunity: ${view.name ?? ''}`,
    ...(view.amount ? { detail: moneyText(view.amount) } : {}),
  }),
  invariants: [
    {
      field: 'territoryId',
      says: 'An opportunity belongs to a territory or an owner.',
      holds: (view) => view.territoryId !== null || view.ownerId !== null,
    },
  ],
})
