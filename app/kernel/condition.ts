import { z } from 'zod'

// One language for filters, saved views, rules and segments: what it says is data, so it can be stored, explained and
// asked which fields it reads (`app/conditions`), and stand in the definition of a module.

/** A day that moves with today. */
const relativeDaySchema = z.strictObject({ daysFromToday: z.int().min(-36_600).max(36_600) })

/** Whoever asks, by the id of their user. */
const personSchema = z.strictObject({ person: z.literal('me') })

/** What a field is compared with. */
const operandSchema = z.union([z.string().max(400), z.number(), z.boolean(), relativeDaySchema, personSchema])
const orderedSchema = z.union([z.string().max(400), z.number(), relativeDaySchema])
export type Operand = z.infer<typeof operandSchema>

/** A field of the module, or a member of it: `amount.minor`. Of a list, each item's member. */
const pathSchema = z
  .string()
  .max(120)
  .regex(/^[A-Za-z]\w*(\.[A-Za-z]\w*){0,3}$/)

const comparisons = [
  z.strictObject({ is: z.literal('equals'), field: pathSchema, value: operandSchema }),
  z.strictObject({ is: z.literal('not-equals'), field: pathSchema, value: operandSchema }),
  z.strictObject({ is: z.literal('in'), field: pathSchema, values: z.array(operandSchema).max(200) }),
  z.strictObject({ is: z.literal('contains'), field: pathSchema, value: z.string().min(1).max(200) }),
  z.strictObject({ is: z.literal('starts-with'), field: pathSchema, value: z.string().min(1).max(200) }),
  z.strictObject({ is: z.literal('less'), field: pathSchema, value: orderedSchema }),
  z.strictObject({ is: z.literal('at-most'), field: pathSchema, value: orderedSchema }),
  z.strictObject({ is: z.literal('greater'), field: pathSchema, value: orderedSchema }),
  z.strictObject({ is: z.literal('at-least'), field: pathSchema, value: orderedSchema }),
  z.strictObject({ is: z.literal('between'), field: pathSchema, from: orderedSchema, to: orderedSchema }),
  z.strictObject({ is: z.literal('empty'), field: pathSchema }),
] as const

const comparisonSchema = z.discriminatedUnion('is', comparisons)
export type Comparison = z.infer<typeof comparisonSchema>

export type Condition =
  | Comparison
  | { readonly is: 'all'; readonly of: readonly Condition[] }
  | { readonly is: 'any'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition }

/** The deepest that conditions nest: deeper ones are no list filter any more, and could exhaust the stack. */
const DEPTH = 8

export const conditionSchema: z.ZodType<Condition> = nested(DEPTH)

function nested(depth: number): z.ZodType<Condition> {
  if (depth === 0) return comparisonSchema
  const inner = nested(depth - 1)
  return z.union([
    comparisonSchema,
    z.strictObject({ is: z.enum(['all', 'any']), of: z.array(inner).max(32) }),
    z.strictObject({ is: z.literal('not'), of: inner }),
  ])
}

/** `today`, `next 7 days` and the like, as comparisons. */
export const relative = {
  today: (field: string): Comparison => ({
    is: 'between',
    field,
    from: { daysFromToday: 0 },
    to: { daysFromToday: 0 },
  }),
  overdue: (field: string): Comparison => ({ is: 'less', field, value: { daysFromToday: 0 } }),
  nextDays: (field: string, days: number): Comparison => ({
    is: 'between',
    field,
    from: { daysFromToday: 0 },
    to: { daysFromToday: days },
  }),
  lastDays: (field: string, days: number): Comparison => ({
    is: 'between',
    field,
    from: { daysFromToday: -days },
    to: { daysFromToday: 0 },
  }),
} as const

/** Whether a field names whoever asks. */
export function mine(field: string): Comparison {
  return { is: 'equals', field, value: { person: 'me' } }
}
