import { z } from 'zod'
import { line } from './text.ts'

/** A decimal number as text: 5.10 is not 5.1, the digits tell how precisely something was measured. */
export const decimalSchema = z
  .string()
  .max(32)
  .regex(/^-?\d{1,18}(\.\d{1,12})?$/, 'Must be a number.')

/** A measured amount. `code` is the unit in UCUM, `unit` what people read. */
export const quantitySchema = z.strictObject({
  value: decimalSchema,
  /** The true value lies below or above what could be measured. */
  comparator: z.enum(['<', '<=', '>=', '>']).optional(),
  unit: line(64).optional(),
  code: line(64).optional(),
})
export type Quantity = z.infer<typeof quantitySchema>

export function quantityText({ value, comparator, unit, code }: Quantity): string {
  return [`${comparator ?? ''}${value}`, unit ?? code].filter(Boolean).join(' ')
}
