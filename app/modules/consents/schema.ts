import { z } from 'zod'
import { field, idSchema, sensitiveMatters } from '../../kernel/index.ts'
import type { FieldSpec, PhiClass } from '../../kernel/index.ts'
import {
  attachmentSchema,
  itemKeySchema,
  line,
  momentSchema,
  periodSchema,
  prose,
} from '../../values/index.ts'
import { personRecordFields } from '../shared/patient-record.ts'

export const consentCategories = [
  /** Records of substance use disorder treatment, to whom and for what (42 CFR 2.31). */
  'part2-disclosure',
  /** A restriction of uses and disclosures (45 CFR 164.522(a)). */
  'restriction',
  /** Another address, phone or way to be reached (45 CFR 164.522(b)). */
  'confidential-communication',
  /** Calls, text messages and mail of the house: reminders, outreach. */
  'communication',
  'information-exchange',
  'treatment',
  'research',
  'other',
] as const

export const consentStatuses = [
  'draft',
  'proposed',
  'active',
  'rejected',
  'inactive',
  'entered-in-error',
] as const

/** What may be done with what is covered (HL7 v3 PurposeOfUse). */
export const consentPurposes = [
  'treatment',
  'payment',
  'operations',
  'marketing',
  'research',
  'public-health',
  'legal',
  'family',
] as const

export const communicationChannels = ['phone', 'sms', 'email', 'mail', 'portal', 'voicemail'] as const
export type CommunicationChannel = (typeof communicationChannels)[number]

/** Who it speaks of: a contact, an account, a related person, or a name (42 CFR 2.31(a)(4)). */
export const consentActorSchema = z.strictObject({
  key: itemKeySchema,
  role: z.enum(['recipient', 'discloser', 'excluded', 'grantee']),
  name: line(255),
  contactId: idSchema.optional(),
  accountId: idSchema.optional(),
})
export type ConsentActor = z.infer<typeof consentActorSchema>

/** A field of which nothing changes silently. */
function decided<Schema extends z.ZodType>(
  schema: Schema,
  label: string,
  phi: PhiClass,
  initial?: z.infer<Schema>,
): FieldSpec<Schema> {
  return field(schema, {
    label,
    phi,
    merge: { rule: 'review' },
    ...(initial === undefined ? {} : { initial }),
  })
}

// That there is a consent of a kind can tell as much as what it hides, so the terms are specially protected as a whole.
export const consentFields = {
  ...personRecordFields,
  category: decided(z.enum(consentCategories), 'Category', 'protected'),
  status: decided(z.enum(consentStatuses), 'Status', 'clinical', 'active'),
  provision: decided(z.enum(['permit', 'deny']), 'Allows or forbids', 'protected', 'permit'),
  /** When it was given or refused. */
  dateTime: decided(momentSchema.nullable(), 'Given', 'identifying'),
  /** From when to when it holds; it may end by an event instead (`expiresUpon`). */
  period: decided(periodSchema, 'Holds', 'identifying', {}),
  expiresUpon: decided(line(250).nullable(), 'Ends upon', 'protected'),
  /** What it is about. Empty: everything. */
  sensitivities: decided(z.array(z.enum(sensitiveMatters)).max(7), 'About', 'protected'),
  purposes: decided(z.array(z.enum(consentPurposes)).max(8), 'Purposes', 'protected'),
  channels: decided(z.array(z.enum(communicationChannels)).max(6), 'Channels', 'clinical'),
  actors: decided(z.array(consentActorSchema).max(32), 'Who', 'protected'),
  description: decided(prose(8000).nullable(), 'In the patient’s words', 'protected'),
  /** Paid out of pocket in full: a restriction toward the health plan must be agreed to (45 CFR 164.522(a)(1)(vi)). */
  paidInFull: decided(z.boolean(), 'Paid in full by the patient', 'clinical', false),
  /** The notice that goes with what is disclosed (42 CFR 2.32). */
  redisclosureNotice: decided(z.boolean(), 'Notice against redisclosure', 'protected', false),
  /** The law or the policy it rests on, as the house cites it: `42 CFR Part 2`. */
  policyRule: decided(line(120).nullable(), 'Rule', 'protected'),
  /** A guardian or proxy who decided in the patient's place. */
  grantedById: decided(idSchema.nullable(), 'Given by', 'identifying'),
  grantorName: decided(line(255).nullable(), 'Name of who gave it', 'identifying'),
  verified: decided(z.boolean(), 'Checked with the patient', 'clinical', false),
  verifiedAt: decided(momentSchema.nullable(), 'Checked', 'identifying'),
  witness: decided(line(255).nullable(), 'Witness', 'identifying'),
  revokedAt: decided(momentSchema.nullable(), 'Revoked', 'identifying'),
  revokedHow: decided(line(250).nullable(), 'Revoked how', 'protected'),
  sourceAttachment: decided(z.array(attachmentSchema).max(8), 'Signed form', 'protected'),
  documentIds: decided(z.array(idSchema).max(8), 'Documents', 'identifying'),
} as const
