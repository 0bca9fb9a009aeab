import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import { dateSchema } from '#app/values/index.ts'
import { denialGrounds } from '../../console-api/protocol/privacy/rights-calls.ts'
import { drawer } from '../drawer.ts'

// What a patient asked to be amended, and what became of it (45 CFR 164.526). Pure, but for the drawer.

const signed = { by: idSchema, at: instantSchema, words: z.string() } as const

const amendmentSchema = z.strictObject({
  /** The record it is about; null: the whole. */
  recordId: idSchema.nullable(),
  receivedOn: dateSchema,
  request: z.string(),
  decision: z
    .strictObject({ ...signed, accepted: z.boolean(), ground: z.enum(denialGrounds).nullable() })
    .nullable(),
  /** The patient's statement of disagreement, and the house's answer to it. Both go along with the record. */
  disagreement: z.strictObject(signed).nullable(),
  rebuttal: z.strictObject(signed).nullable(),
})
export type Amendment = z.infer<typeof amendmentSchema>

/** `about` is the patient. */
export const amendments = drawer('amendment', amendmentSchema)

const DAYS = 60

/** The last day to act on it (164.526(b)(2)). */
export function dueOn({ receivedOn }: Pick<Amendment, 'receivedOn'>): string {
  return new Date(Date.parse(`${receivedOn}T00:00:00.000Z`) + DAYS * 86_400_000).toISOString().slice(0, 10)
}

export type Step =
  | {
      readonly step: 'decide'
      readonly accepted: boolean
      readonly ground: (typeof denialGrounds)[number] | null
    }
  | { readonly step: 'disagree' | 'rebut' }

export type Signature = { readonly by: string; readonly at: string; readonly words: string }

/**
 * The amendment after a step, or null where the step has no place: it is decided once, a denial names its ground, only a
 * denial is disagreed with, and only a disagreement is answered.
 */
export function stepped(amendment: Amendment, step: Step, signature: Signature): Amendment | null {
  const { decision, disagreement, rebuttal } = amendment
  if (step.step === 'decide') {
    const { accepted, ground } = step
    if (decision !== null || accepted !== (ground === null)) return null
    return { ...amendment, decision: { ...signature, accepted, ground } }
  }
  if (decision === null || decision.accepted) return null
  if (step.step === 'disagree')
    return disagreement === null ? { ...amendment, disagreement: signature } : null
  return disagreement !== null && rebuttal === null ? { ...amendment, rebuttal: signature } : null
}
