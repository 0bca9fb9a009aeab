import { z } from 'zod'
import { defineModule, field, idSchema } from '../../kernel/index.ts'
import { line } from '../../values/index.ts'
import { houseRecordAccess } from '../shared/access.ts'
import { conversationFields } from '../shared/conversation.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { siteScope } from '../shared/scopes.ts'

export const patientActivityTypes = ['call', 'message', 'email', 'letter', 'visit', 'note'] as const

/** What was said and done with or about a patient. */
export const patientActivities = defineModule({
  name: 'patient-activities',
  kind: 'patient-activity',
  label: { one: 'Patient activity', many: 'Patient activities' },
  version: 1,
  collection: 'activities',
  fields: {
    type: field(z.enum(patientActivityTypes), { label: 'Type', phi: 'clinical' }),
    ...conversationFields('clinical'),
    /** Who it was, where it was not the patient. */
    spokeWith: field(line(120).nullable(), { label: 'Spoke with', phi: 'identifying' }),
    patientId: field(idSchema, { label: 'Patient', phi: 'identifying' }),
    caseId: field(idSchema.nullable(), { label: 'Case', phi: 'identifying' }),
    appointmentId: field(idSchema.nullable(), { label: 'Appointment', phi: 'identifying' }),
    encounterId: field(idSchema.nullable(), { label: 'Encounter', phi: 'identifying' }),
    siteId: field(idSchema, { label: 'Site', phi: 'none' }),
  },
  indexes: ['patientId', 'caseId', 'appointmentId', 'encounterId'],
  access: houseRecordAccess,
  scope: (view) => siteScope(view.siteId),
  refers: (view) => [
    ...linksTo('patients', view.patientId),
    ...linksTo('cases', view.caseId),
    ...linksTo('appointments', view.appointmentId),
    ...linksTo('clinical', view.encounterId),
    ...linksTo('activities', view.amendsId),
  ],
  title: (view) => view.subject ?? 'Patient activity',
  outreach: (after, before) => {
    const { patientId, type, direction, spokeWith, occurredAt } = after
    const toThePatient = direction !== 'in' && !spokeWith && type !== undefined && type !== 'note'
    if (before !== null || patientId === undefined || !toThePatient) return null
    return { patientId, at: occurredAt ?? null }
  },
  timeline: (view) => ({
    about: known(view.patientId, view.caseId, view.appointmentId, view.encounterId),
    at: view.occurredAt ?? view.created.at,
    title: `${labelOf(view.type)}: ${view.subject ?? ''}`,
    ...(view.body ? { detail: view.body } : {}),
  }),
})
