import { z } from 'zod'
import { instantSchema } from '../kernel/envelope.ts'
import { idSchema } from '../kernel/ids.ts'
import { collectionSchema } from '../kernel/define-module.ts'
import { wireDocumentSchema } from './sync.ts'

// Breaking the glass: a clinician sees one patient's records that their grants do not show, for a while, for a reason that
// is kept (45 CFR 164.312(a)(2)(ii); 42 CFR 2.51). What comes is shown and never stored on the device.

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
