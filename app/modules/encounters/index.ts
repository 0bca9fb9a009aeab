import { z } from 'zod'
import { defineModule, field, idSchema } from '../../kernel/index.ts'
import {
  codeableConceptSchema,
  conceptText,
  conceptWords,
  identifierSchema,
  identifierWords,
  periodSchema,
  placeSchema,
  placeText,
  professionalSchema,
} from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { siteScope } from '../shared/scopes.ts'

export const encounterStatuses = [
  'planned',
  'arrived',
  'in-progress',
  'on-leave',
  'finished',
  'cancelled',
  'entered-in-error',
] as const

/** HL7 table 0004 and the FHIR act codes, as one list. */
export const encounterClasses = [
  'outpatient',
  'inpatient',
  'emergency',
  'preadmission',
  'observation',
  'home',
  'virtual',
  'field',
  'recurring',
  'obstetrics',
  'other',
] as const

/** A visit or a stay: from arrival to discharge. */
export const encounters = defineModule({
  name: 'encounters',
  kind: 'encounter',
  label: { one: 'Encounter', many: 'Encounters' },
  version: 1,
  collection: 'clinical',
  fields: {
    identifiers: field(z.array(identifierSchema).max(16), {
      label: 'Identifiers',
      phi: 'identifying',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'identifier', of: identifierWords },
    }),
    patientId: field(idSchema, { label: 'Patient', phi: 'identifying' }),
    siteId: field(idSchema, { label: 'Site', phi: 'none' }),
    class: field(z.enum(encounterClasses), { label: 'Class', phi: 'clinical' }),
    status: field(z.enum(encounterStatuses), {
      label: 'Status',
      phi: 'clinical',
      initial: 'in-progress',
      merge: {
        rule: 'status',
        graph: {
          planned: ['arrived', 'in-progress', 'finished', 'cancelled', 'entered-in-error'],
          arrived: ['in-progress', 'finished', 'cancelled', 'entered-in-error'],
          'in-progress': ['on-leave', 'finished', 'cancelled', 'entered-in-error'],
          'on-leave': ['in-progress', 'finished', 'entered-in-error'],
          // A discharge that is cancelled (ADT^A13) opens the stay again.
          finished: ['in-progress', 'entered-in-error'],
          cancelled: ['planned', 'in-progress', 'entered-in-error'],
          'entered-in-error': [],
        },
      },
    }),
    period: field(periodSchema, {
      label: 'From and to',
      phi: 'identifying',
      merge: { rule: 'members' },
      initial: {},
    }),
    location: field(placeSchema.nullable(), { label: 'Location', phi: 'clinical' }),
    service: field(codeableConceptSchema.nullable(), { label: 'Service', phi: 'clinical' }),
    attending: field(professionalSchema.nullable(), { label: 'Attending', phi: 'clinical' }),
    referring: field(professionalSchema.nullable(), { label: 'Referring', phi: 'clinical' }),
    admitting: field(professionalSchema.nullable(), { label: 'Admitting', phi: 'clinical' }),
    reason: field(codeableConceptSchema.nullable(), {
      label: 'Reason',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    dischargeDisposition: field(codeableConceptSchema.nullable(), {
      label: 'Discharged to',
      phi: 'clinical',
      merge: { rule: 'review' },
    }),
    appointmentId: field(idSchema.nullable(), { label: 'Appointment', phi: 'identifying' }),
  },
  indexes: ['patientId'],
  access: patientRecordAccess,
  scope: (view) => siteScope(view.siteId),
  refers: (view) => [...linksTo('patients', view.patientId), ...linksTo('appointments', view.appointmentId)],
  title: (view) => {
    const kind = `${labelOf(view.class)} encounter`.trim()
    return view.reason ? `${kind}: ${conceptText(view.reason)}` : kind
  },
  timeline: (view) => ({
    about: known(view.patientId, view.attending?.contactId, view.referring?.contactId),
    at: view.period?.start ?? view.created.at,
    title: `${labelOf(view.class)} encounter`,
    detail: [labelOf(view.status), view.location ? placeText(view.location) : ''].filter(Boolean).join(', '),
  }),
})
