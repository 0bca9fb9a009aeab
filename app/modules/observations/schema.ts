import { z } from 'zod'
import {
  attachmentSchema,
  codeableConceptSchema,
  conceptText,
  decimalSchema,
  line,
  momentSchema,
  prose,
  quantitySchema,
  quantityText,
} from '../../values/index.ts'

/** What was found, in the shape it was reported in (HL7 v2 OBX-2: NM, SN, ST/TX/FT, CE/CWE, DT/TS, TM, ED/RP). */
export const observationValueSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('quantity'), quantity: quantitySchema }),
  z.strictObject({
    type: z.literal('range'),
    low: decimalSchema.optional(),
    high: decimalSchema.optional(),
    /** Between two numbers: `-` a range, `:` and `/` a ratio such as a titre of 1:128. */
    separator: z.enum(['-', ':', '/', '+']),
    unit: line(64).optional(),
  }),
  z.strictObject({ type: z.literal('text'), text: prose(64_000) }),
  z.strictObject({ type: z.literal('coded'), concept: codeableConceptSchema }),
  z.strictObject({ type: z.literal('moment'), moment: momentSchema }),
  z.strictObject({ type: z.literal('time'), time: z.iso.time() }),
  z.strictObject({ type: z.literal('attachment'), attachment: attachmentSchema }),
])
export type ObservationValue = z.infer<typeof observationValueSchema>

/** What is usual, as the laboratory wrote it, and its bounds where they are numbers. */
export const referenceRangeSchema = z.strictObject({
  text: line(200).optional(),
  low: decimalSchema.optional(),
  high: decimalSchema.optional(),
  unit: line(64).optional(),
})
export type ReferenceRange = z.infer<typeof referenceRangeSchema>

export const observationStatuses = [
  'registered',
  'preliminary',
  'final',
  'amended',
  'corrected',
  'cancelled',
  'entered-in-error',
  'unknown',
] as const

/** A value on one line, as a list shows it. */
export function valueText(value: ObservationValue): string {
  switch (value.type) {
    case 'quantity':
      return quantityText(value.quantity)
    case 'range':
      return [`${value.low ?? ''}${value.separator}${value.high ?? ''}`, value.unit].filter(Boolean).join(' ')
    case 'text':
      return value.text
    case 'coded':
      return conceptText(value.concept)
    case 'moment':
      return value.moment
    case 'time':
      return value.time
    case 'attachment':
      return value.attachment.name
  }
}
