import { z } from 'zod'
import { defineModule, field, idSchema } from '../../kernel/index.ts'
import {
  attachmentSchema,
  codeableConceptSchema,
  codingSchema,
  conceptText,
  conceptWords,
  line,
  momentSchema,
  periodSchema,
  professionalSchema,
  prose,
} from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { notesField, patientLinks, siteRecordFields } from '../shared/patient-record.ts'
import { siteScope } from '../shared/scopes.ts'

export const documentStatuses = ['current', 'superseded', 'entered-in-error'] as const
export const documentDocStatuses = ['preliminary', 'final', 'amended', 'entered-in-error'] as const

/** A letter, a note, a scan about a patient (HL7 v2 TXA; FHIR DocumentReference). Its files lie outside. */
export const documents = defineModule({
  name: 'documents',
  kind: 'document',
  label: { one: 'Document', many: 'Documents' },
  version: 1,
  collection: 'clinical',
  fields: {
    /** RI is the document's own number (TXA-12), PLAC and FILL those of its order (TXA-14 and 15). */
    ...siteRecordFields,
    /** Whether this reference to the document still counts. */
    status: field(z.enum(documentStatuses), {
      label: 'Status',
      phi: 'clinical',
      initial: 'current',
      merge: {
        rule: 'status',
        graph: {
          current: ['superseded', 'entered-in-error'],
          superseded: ['current', 'entered-in-error'],
          'entered-in-error': [],
        },
      },
    }),
    statusReason: field(line(200).nullable(), { label: 'Status because', phi: 'clinical' }),
    /** How far its words are (TXA-17). */
    docStatus: field(z.enum(documentDocStatuses), {
      label: 'Text',
      phi: 'clinical',
      initial: 'final',
      merge: {
        rule: 'status',
        graph: {
          preliminary: ['final', 'amended', 'entered-in-error'],
          final: ['amended', 'entered-in-error'],
          amended: ['amended', 'entered-in-error'],
          'entered-in-error': [],
        },
      },
    }),
    type: field(codeableConceptSchema, {
      label: 'Type',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    category: field(codeableConceptSchema.nullable(), { label: 'Category', phi: 'clinical' }),
    description: field(line(255).nullable(), {
      label: 'Title',
      phi: 'clinical',
      search: { as: 'text', of: (title) => (title === null ? [] : [title]) },
    }),
    /** When it was written (TXA-6, else TXA-8). */
    date: field(momentSchema.nullable(), { label: 'Written', phi: 'identifying' }),
    /** The time that it tells of (TXA-4). */
    period: field(periodSchema, {
      label: 'About the time',
      phi: 'identifying',
      merge: { rule: 'members' },
      initial: {},
    }),
    author: field(professionalSchema.nullable(), { label: 'Author', phi: 'clinical' }),
    transcriber: field(professionalSchema.nullable(), { label: 'Transcribed by', phi: 'clinical' }),
    authenticator: field(professionalSchema.nullable(), { label: 'Signed by', phi: 'clinical' }),
    authenticatedAt: field(momentSchema.nullable(), { label: 'Signed', phi: 'identifying' }),
    /** TXA-18, HL7 v3 Confidentiality: N, R, V. What is restricted for its substance is marked by its site's rules. */
    securityLabels: field(z.array(codingSchema).max(8), {
      label: 'Confidentiality',
      phi: 'clinical',
      merge: { rule: 'list', by: 'code' },
    }),
    /** The document that this one replaces, adds to or signs (TXA-13). */
    relatesToId: field(idSchema.nullable(), { label: 'Of document', phi: 'identifying' }),
    relatesToCode: field(z.enum(['replaces', 'transforms', 'signs', 'appends']).nullable(), {
      label: 'Which it',
      phi: 'clinical',
    }),
    content: field(z.array(attachmentSchema).max(16), {
      label: 'Files',
      phi: 'clinical',
      merge: { rule: 'list', by: 'hash' },
    }),
    /** Its words, where they came as words (OBX of an MDM message). */
    text: field(prose(64_000).nullable(), {
      label: 'Words',
      phi: 'clinical',
      merge: { rule: 'review' },
      search: { as: 'text', of: (text) => (text === null ? [] : [text]) },
    }),
    notes: notesField,
  },
  indexes: ['patientId', 'encounterId'],
  access: patientRecordAccess,
  scope: (view) => siteScope(view.siteId),
  refers: (view) => [...patientLinks(view), ...linksTo('clinical', view.relatesToId)],
  title: (view) => view.description ?? (view.type ? conceptText(view.type) : 'Document'),
  timeline: (view) => ({
    about: known(view.patientId, view.encounterId, view.author?.contactId),
    at: view.date ?? view.created.at,
    title: view.type ? conceptText(view.type) : 'Document',
    detail: view.description ?? labelOf(view.docStatus),
  }),
  invariants: [
    {
      field: 'relatesToId',
      says: 'A document can not replace itself.',
      holds: (view) => !view.relatesToId || view.relatesToId !== view.id,
    },
  ],
})
