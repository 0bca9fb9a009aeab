import { z } from 'zod'
import { defineModule, field, idSchema, instantSchema, mine, readNoPhi } from '../../kernel/index.ts'
import { dateSchema, line, prose } from '../../values/index.ts'
import { houseRecordAccess } from '../shared/access.ts'
import { inState } from '../shared/first.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { scopesOf, siteScope, territoryScope } from '../shared/scopes.ts'

export const caseStatuses = ['new', 'open', 'waiting', 'resolved', 'closed'] as const
/** Not yet dealt with. */
export const openCaseStatuses = ['new', 'open', 'waiting'] as const
export const casePriorities = ['low', 'normal', 'high', 'urgent'] as const
export const caseCategories = [
  'referral',
  'scheduling',
  'results',
  'records',
  'authorisation',
  'billing',
  'complaint',
  'supplies',
  'other',
] as const

/**
 * Something that somebody asked for and that is followed until it is done. What it says may tell of a patient and is
 * clinical; what kind of case it is, how urgent, and for which account, is not.
 */
export const cases = defineModule({
  name: 'cases',
  kind: 'case',
  label: { one: 'Case', many: 'Cases' },
  version: 1,
  collection: 'cases',
  fields: {
    subject: field(line(200), {
      label: 'Subject',
      phi: 'clinical',
      search: { as: 'text', of: (subject) => [subject] },
    }),
    description: field(prose(16_000).nullable(), {
      label: 'Description',
      phi: 'clinical',
      search: { as: 'text', weight: 'aside', of: (text) => (text === null ? [] : [text]) },
    }),
    category: field(z.enum(caseCategories), { label: 'Category', phi: 'none' }),
    status: field(z.enum(caseStatuses), {
      label: 'Status',
      phi: 'none',
      initial: 'new',
      merge: {
        rule: 'status',
        graph: {
          new: ['open', 'waiting', 'resolved', 'closed'],
          open: ['waiting', 'resolved', 'closed'],
          waiting: ['open', 'resolved', 'closed'],
          resolved: ['open', 'closed'],
          closed: ['open'],
        },
      },
    }),
    priority: field(z.enum(casePriorities), { label: 'Priority', phi: 'none', initial: 'normal' }),
    origin: field(z.enum(['phone', 'email', 'walk-in', 'portal', 'feed', 'visit', 'other']).nullable(), {
      label: 'Came by',
      phi: 'none',
    }),
    dueOn: field(dateSchema.nullable(), { label: 'Due', phi: 'none' }),
    patientId: field(idSchema.nullable(), { label: 'Patient', phi: 'identifying' }),
    appointmentId: field(idSchema.nullable(), { label: 'Appointment', phi: 'identifying' }),
    encounterId: field(idSchema.nullable(), { label: 'Encounter', phi: 'identifying' }),
    accountId: field(idSchema.nullable(), { label: 'Account', phi: 'none' }),
    contactId: field(idSchema.nullable(), { label: 'Contact', phi: 'none' }),
    ownerId: field(idSchema.nullable(), { label: 'Owner', phi: 'none' }),
    siteId: field(idSchema.nullable(), { label: 'Site', phi: 'none' }),
    territoryId: field(idSchema.nullable(), { label: 'Territory', phi: 'none' }),
    resolution: field(prose(8000).nullable(), { label: 'Resolution', phi: 'clinical' }),
    closedAt: field(instantSchema.nullable(), { label: 'Closed', phi: 'none' }),
    /** Free words, which may tell of a patient. */
    tags: field(z.array(line(40)).max(32), {
      label: 'Tags',
      phi: 'clinical',
      merge: { rule: 'set' },
      search: { as: 'text', of: (tags) => tags },
    }),
  },
  indexes: [
    'status',
    'category',
    'priority',
    'patientId',
    'accountId',
    'contactId',
    'appointmentId',
    'encounterId',
  ],
  access: { ...houseRecordAccess, 'account-manager': readNoPhi },
  scope: (view) => scopesOf(siteScope(view.siteId), territoryScope(view.territoryId)),
  refers: (view) => [
    ...linksTo('patients', view.patientId),
    ...linksTo('appointments', view.appointmentId),
    ...linksTo('clinical', view.encounterId),
    ...linksTo('accounts', view.accountId),
    ...linksTo('contacts', view.contactId),
  ],
  // Mine, then everybody's.
  first: [
    { when: { is: 'all', of: [mine('ownerId'), inState(openCaseStatuses)] } },
    { when: inState(openCaseStatuses) },
  ],
  title: (view) => view.subject ?? `${labelOf(view.category)} case`,
  timeline: (view) => ({
    about: known(view.patientId, view.accountId, view.contactId, view.appointmentId, view.encounterId),
    at: view.created.at,
    title: `Case: ${view.subject ?? labelOf(view.category)}`,
    detail: labelOf(view.status),
  }),
  invariants: [
    {
      field: 'siteId',
      says: 'A case belongs to a site or a territory.',
      holds: (view) => view.siteId !== null || view.territoryId !== null,
    },
    {
      field: 'siteId',
      says: 'A case about a patient belongs to a site.',
      holds: (view) => !view.patientId || view.siteId !== null,
    },
  ],
})
