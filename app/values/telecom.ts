import { z } from 'zod'
import { periodSchema } from './moment.ts'
import { itemKeySchema, line } from './text.ts'

/** HL7 v2 XTN and FHIR ContactPoint in one. */
export const telecomSchema = z
  .strictObject({
    key: itemKeySchema,
    system: z.enum(['phone', 'sms', 'fax', 'email', 'pager', 'url', 'other']),
    value: line(255),
    use: z.enum(['home', 'work', 'mobile', 'temp', 'old']),
    /** Never called, written to or told: the person asked for it (45 CFR 164.522(b)). */
    confidential: z.boolean(),
    /** 1 is tried first. */
    rank: z.int().min(1).max(99).optional(),
    period: periodSchema.optional(),
  })
  .refine(({ system, value }) => system !== 'email' || /^[^\s@]+@[^\s@]+$/.test(value), {
    message: 'Must be an e-mail address.',
    path: ['value'],
  })
  .refine(({ system, value }) => !isDialled(system) || /\d/.test(value), {
    message: 'Must be a number.',
    path: ['value'],
  })
export type Telecom = z.infer<typeof telecomSchema>

function isDialled(system: string): boolean {
  return system === 'phone' || system === 'sms' || system === 'fax' || system === 'pager'
}

/** The first to try: by rank, confidential and old ones last. */
export function firstTelecom(telecoms: readonly Telecom[], system: Telecom['system']): Telecom | undefined {
  const weight = ({ use, confidential, rank }: Telecom) =>
    (use === 'old' ? 1000 : 0) + (confidential ? 500 : 0) + (rank ?? 100)
  return telecoms.filter((telecom) => telecom.system === system).toSorted((a, b) => weight(a) - weight(b))[0]
}

export function telecomWords(telecoms: readonly Telecom[]): readonly string[] {
  return telecoms.map(({ value }) => value)
}
