import { z } from 'zod'
import { instantSchema } from '../kernel/envelope.ts'
import { derivedId, idSchema } from '../kernel/ids.ts'
import type { Id } from '../kernel/ids.ts'
import { collectionSchema } from '../kernel/define-module.ts'
import { wireDocumentSchema } from './sync.ts'

// Breaking the glass: a clinician sees one patient's records that their grants do not show, for a while, for a reason that
// is kept (45 CFR 164.312(a)(2)(ii); 42 CFR 2.51). Online, what comes is shown and never stored on the device. For where there
// is no network, a device keeps an emergency set, sealed under a key class of its own.

export const emergencyReasons = [
  'threat-to-life',
  'cannot-consent',
  'urgent-care',
  'mistaken-restriction',
] as const

export const emergencyRequestSchema = z.strictObject({
  patientId: idSchema,
  reason: z.enum(emergencyReasons),
  /** What the emergency is, in the person's words; it is read by who signs it off. */
  words: z.string().trim().min(10).max(500),
})
export type EmergencyRequest = z.infer<typeof emergencyRequestSchema>

export const openEmergencySchema = z.strictObject({ id: idSchema, until: instantSchema })
export type OpenEmergency = z.infer<typeof openEmergencySchema>

/** The most records one answer holds. */
export const EMERGENCY_RECORDS_LIMIT = 1000

export const emergencyRecordsRequestSchema = z.strictObject({ id: idSchema })
export const emergencyRecordsSchema = z.strictObject({
  until: instantSchema,
  records: z
    .array(z.strictObject({ collection: collectionSchema, document: wireDocumentSchema }))
    .max(EMERGENCY_RECORDS_LIMIT),
  /** There are more; the latest are here. */
  cut: z.boolean(),
})
export type EmergencyRecords = z.infer<typeof emergencyRecordsSchema>

/** The most that an emergency set holds: the patients whose records changed last come first. Bytes are those of its JSON. */
export const EMERGENCY_SET = {
  patients: 500,
  records: 4000,
  recordsOfOne: 200,
  bytes: 4 * 1024 * 1024,
} as const

const setIdSchema = z.string().regex(/^[0-9a-f]{64}$/)

/** `held`: the set that lies on the device now. It is asked again once another one lies there: that is its receipt. */
export const emergencySetRequestSchema = z.strictObject({ held: setIdSchema.nullable() })
export type EmergencySetRequest = z.infer<typeof emergencySetRequestSchema>

/** What the grants of a device's user withhold by sensitivity, at their own sites. */
export const emergencySetSchema = z.strictObject({
  /** Of this device, these grants and these records as they are now. */
  id: setIdSchema,
  patients: z
    .array(
      z.strictObject({
        patientId: idSchema,
        /** The latest first; the patient's own record among them where it is withheld, too. */
        records: emergencyRecordsSchema.shape.records.min(1).max(EMERGENCY_SET.recordsOfOne),
      }),
    )
    .max(EMERGENCY_SET.patients),
  /** The server has more than the bounds let through. */
  cut: z.boolean(),
})
export type EmergencySet = z.infer<typeof emergencySetSchema>

/** `none`: nothing is to lie on the device (any more). Of whom nothing is withheld the set is empty. */
export const emergencySetAnswerSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('none') }),
  z.strictObject({ state: z.literal('unchanged') }),
  z.strictObject({ state: z.literal('another'), set: emergencySetSchema }),
])
export type EmergencySetAnswer = z.infer<typeof emergencySetAnswerSchema>

/** How the server names an opening of a device's emergency set, whatever another device calls one of its own. */
export function emergencyIdOf(deviceId: Id, opening: Id): Id {
  return derivedId('emergency of a set', deviceId, opening)
}

/** Why a device's emergency set was opened, and until when it may stay open by the device's clock. */
export const setOpeningSchema = z.strictObject({
  reason: z.enum(emergencyReasons),
  words: emergencyRequestSchema.shape.words,
  until: instantSchema,
})
export type SetOpening = z.infer<typeof setOpeningSchema>
