import { z } from 'zod'
import { defineModule, field, full, idSchema, instantSchema, relative, sameJson } from '../../kernel/index.ts'
import {
  codeableConceptSchema,
  conceptText,
  conceptWords,
  epochOf,
  identifierSchema,
  identifierWords,
  instantOf,
  line,
  professionalSchema,
  prose,
  zonedTimeSchema,
} from '../../values/index.ts'
import type { ZonedTime } from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { siteScope } from '../shared/scopes.ts'

export const appointmentStatuses = [
  'proposed',
  'booked',
  'arrived',
  'in-progress',
  'fulfilled',
  'cancelled',
  'noshow',
  'entered-in-error',
] as const

/** A time that a patient and a service have agreed on. */
export const appointments = defineModule({
  name: 'appointments',
  kind: 'appointment',
  label: { one: 'Appointment', many: 'Appointments' },
  version: 1,
  collection: 'appointments',
  fields: {
    /** PLAC and FILL (HL7 table 0203) are the ids that the two sides of a schedule gave it. */
    identifiers: field(z.array(identifierSchema).max(16), {
      label: 'Identifiers',
      phi: 'identifying',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'identifier', of: identifierWords },
    }),
    status: field(z.enum(appointmentStatuses), {
      label: 'Status',
      phi: 'clinical',
      initial: 'booked',
      merge: {
        rule: 'status',
        graph: {
          proposed: ['booked', 'arrived', 'cancelled', 'entered-in-error'],
          booked: ['arrived', 'in-progress', 'fulfilled', 'cancelled', 'noshow', 'entered-in-error'],
          arrived: ['booked', 'in-progress', 'fulfilled', 'cancelled', 'noshow', 'entered-in-error'],
          'in-progress': ['arrived', 'fulfilled', 'cancelled', 'entered-in-error'],
          fulfilled: ['in-progress', 'entered-in-error'],
          cancelled: ['proposed', 'booked', 'entered-in-error'],
          noshow: ['booked', 'arrived', 'entered-in-error'],
          'entered-in-error': [],
        },
      },
    }),
    /** The time on the wall of the site: moved as a whole. */
    start: field(zonedTimeSchema, {
      label: 'Start',
      phi: 'identifying',
      search: { as: 'date', of: ({ local }) => [local.slice(0, 10)] },
    }),
    durationMinutes: field(z.int().min(1).max(10_080), { label: 'Minutes', phi: 'clinical', initial: 30 }),
    patientId: field(idSchema, { label: 'Patient', phi: 'identifying' }),
    practitioner: field(professionalSchema.nullable(), { label: 'Practitioner', phi: 'clinical' }),
    locationId: field(idSchema.nullable(), { label: 'Location', phi: 'clinical' }),
    siteId: field(idSchema, { label: 'Site', phi: 'none' }),
    service: field(codeableConceptSchema.nullable(), {
      label: 'Service',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    reason: field(codeableConceptSchema.nullable(), {
      label: 'Reason',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    caseId: field(idSchema.nullable(), { label: 'Case', phi: 'identifying' }),
    arrivedAt: field(instantSchema.nullable(), { label: 'Arrived', phi: 'identifying' }),
    cancelReason: field(line(200).nullable(), { label: 'Cancelled because of', phi: 'clinical' }),
    note: field(prose(4000).nullable(), { label: 'Note', phi: 'clinical' }),
  },
  indexes: ['patientId', 'start', 'caseId'],
  access: { ...patientRecordAccess, integration: full },
  scope: (view) => siteScope(view.siteId),
  refers: (view) => [...linksTo('patients', view.patientId), ...linksTo('cases', view.caseId)],
  // Today's, then the week's. Where the place is it may still be yesterday.
  first: [
    { when: relative.today('start.local') },
    {
      when: {
        is: 'between',
        field: 'start.local',
        from: { daysFromToday: -1 },
        to: { daysFromToday: 7 },
      },
    },
  ],
  title: (view) => {
    const service = view.service ? conceptText(view.service) : 'Appointment'
    return view.start ? `${service}, ${view.start.local.slice(0, 16).replace('T', ' ')}` : service
  },
  outreach: (after, before) => {
    const { patientId, status } = after
    const isPlanned = status === 'proposed' || status === 'booked'
    if (patientId === undefined || !isPlanned) return null
    const isNews = before?.status !== status || !sameJson(before.start, after.start)
    return isNews ? { patientId, at: null } : null
  },
  timeline: (view) => ({
    about: known(view.patientId, view.caseId, view.practitioner?.contactId),
    at: view.start ? instantOf(view.start) : view.created.at,
    title: view.service ? conceptText(view.service) : 'Appointment',
    detail: labelOf(view.status),
  }),
})

/** The instant at which an appointment ends, in milliseconds since the epoch. */
export function appointmentEnd(start: ZonedTime, durationMinutes: number): number {
  return epochOf(start) + durationMinutes * 60_000
}
