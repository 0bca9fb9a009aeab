import { z } from 'zod'
import { momentSchema } from './moment.ts'
import { line } from './text.ts'

/** What forms and feeds call sex or gender without saying which is meant (HL7 table 0001, FHIR `gender`). */
export const administrativeGenderSchema = z.enum(['female', 'male', 'other', 'unknown'])

/**
 * What dosing, ranges and imaging go by; apart from gender identity (HL7 Gender Harmony, "sex parameter for clinical
 * use"). `specified`: see the note of the patient.
 */
export const clinicalSexSchema = z.enum(['female-typical', 'male-typical', 'specified', 'unknown'])

/** A language by its BCP 47 tag, such as `es` or `zh-Hant`. */
export const languageTagSchema = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'Must be a language tag such as es or zh-Hant.')

export const spokenLanguageSchema = z.strictObject({ language: languageTagSchema, preferred: z.boolean() })

export const interpreterSchema = z.strictObject({
  needed: z.boolean(),
  language: languageTagSchema.optional(),
  note: line(200).optional(),
})

export const deceasedSchema = z.strictObject({ deceased: z.boolean(), at: momentSchema.optional() })
