import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import { erasureGrounds } from '../../console-api/protocol/privacy/erasure-calls.ts'
import { drawer } from '../drawer.ts'

const signed = z.strictObject({ by: idSchema, at: instantSchema, words: z.string() })

/** A patient whose records must stay: a suit, an inquiry; `about` is the patient. */
const holdSchema = z.strictObject({ placed: signed, released: signed.nullable() })
export type Hold = z.infer<typeof holdSchema>
export const holds = drawer('hold', holdSchema)

/** That a patient's records are to go; `about` is the patient, of whom this is all that stays. */
const erasureSchema = z.strictObject({
  ground: z.enum(erasureGrounds),
  proposed: signed,
  decided: z.strictObject({ by: idSchema, at: instantSchema, approved: z.boolean() }).nullable(),
  /** Records that went. */
  erased: z.int().nonnegative(),
})
export type Erasure = z.infer<typeof erasureSchema>
export const erasures = drawer('erasure', erasureSchema)
