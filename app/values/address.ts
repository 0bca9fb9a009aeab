import { z } from 'zod'
import { periodSchema } from './moment.ts'
import { itemKeySchema, line } from './text.ts'

/** HL7 v2 XAD and FHIR Address in one. */
export const addressSchema = z.strictObject({
  key: itemKeySchema,
  use: z.enum(['home', 'work', 'mailing', 'billing', 'temp', 'birth', 'old']),
  /** Never printed, mailed to or told: the person asked for it (45 CFR 164.522(b)). */
  confidential: z.boolean(),
  lines: z.array(line(200)).max(5),
  city: line(100).optional(),
  /** County or parish. */
  district: line(100).optional(),
  state: line(60).optional(),
  postalCode: line(20).optional(),
  /** ISO 3166-1, two letters or three. */
  country: z
    .string()
    .regex(/^[A-Z]{2,3}$/, 'Must be a country code such as US.')
    .optional(),
  period: periodSchema.optional(),
})
export type Address = z.infer<typeof addressSchema>

/** The address on an envelope, a line each. */
export function addressLines(address: Address): readonly string[] {
  const place = [address.city, [address.state, address.postalCode].filter(Boolean).join(' ')]
  return [...address.lines, place.filter(Boolean).join(', '), address.country ?? ''].filter(Boolean)
}

export function addressWords(addresses: readonly Address[]): readonly string[] {
  return addresses.flatMap(({ lines, city, postalCode }) =>
    [...lines, city, postalCode].filter((word) => word !== undefined),
  )
}
