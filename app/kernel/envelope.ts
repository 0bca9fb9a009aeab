import { z } from 'zod'
import { idSchema } from './ids.ts'
import { jsonSchema } from './json.ts'
import { sensitivities } from './sensitivity.ts'

/** An instant in UTC with milliseconds, as `instant()` writes it. */
export const instantSchema = z.iso.datetime({ precision: 3 })

/**
 * Where a document belongs. Opaque: the ids are random. `org` is seen by every role of the organisation that the
 * module admits. `sensitivity:…` is no place: it asks for one right more (`sensitivity.ts`).
 */
export const scopeSchema = z
  .string()
  .regex(
    new RegExp(`^(org|(site|territory|team|person):[0-9a-f-]{36}|sensitivity:(${sensitivities.join('|')}))$`),
  )
  .max(64)
export type Scope = z.infer<typeof scopeSchema>

/** Who wrote something, when by the author's clock, and from where: a device, a feed's message, a machine, a rule. */
export const stampSchema = z.strictObject({
  at: instantSchema,
  by: z.string().max(64),
  origin: z.enum(['person', 'feed', 'client', 'rule', 'seed']),
  device: idSchema.optional(),
  message: idSchema.optional(),
  /** The value is a request: it waits until this system, which decides the field, says the same. */
  awaits: z.string().min(1).max(80).optional(),
})
export type Stamp = z.infer<typeof stampSchema>

/** One value that lost, beside the one that won: shown to people, and undone by an ordinary edit. */
export const conflictSchema = z.strictObject({
  id: idSchema,
  field: z.string().max(64),
  losing: jsonSchema.optional(),
  winning: jsonSchema.optional(),
  lost: stampSchema,
  won: stampSchema,
  /**
   * The state that both sides started from, as `versionOf` (`app/protocol/rev.ts`) writes it. Absent where there was none
   * (two creations, a feed, which starts from its own last word) or nobody knows it any more.
   */
  base: z.string().max(80).optional(),
  /** `open`: to be looked at; `kept`: a person kept the winner; `undone`: a person brought the loser back. */
  state: z.enum(['open', 'kept', 'undone']),
  /** True where the rule is `review`: the loser waits for a decision. */
  waits: z.boolean(),
})
export type Conflict = z.infer<typeof conflictSchema>

/** What every document carries beside its module's fields. All but `removedAt`, `ext` and `edit` is the server's. */
export const envelopeShape = {
  id: idSchema,
  kind: z.string().min(1).max(32),
  orgId: idSchema,
  /** The server's state that this copy rests on (`app/protocol/rev.ts`); empty before the first answer. */
  rev: z.string().max(120),
  /** Empty when it came from the server; a UUIDv7 for each local write. Pending means `edit !== ''`. */
  edit: z.string().max(36),
  scopes: z.array(scopeSchema).max(64),
  created: stampSchema,
  updated: stampSchema,
  /** A user's delete is this field; `_deleted` means "not on this device" only. */
  removedAt: instantSchema.nullable(),
  /** Custom fields by the id of their definition (`reference` collection). */
  ext: z.record(idSchema, jsonSchema),
  /** Which message of which feed, or which machine, a field's value came from. */
  sources: z.record(z.string().max(64), stampSchema),
  /** The open entries of the conflict ledger, and the states a person has just given them. */
  conflicts: z.array(conflictSchema),
} as const

export const envelopeSchema = z.strictObject(envelopeShape)
export type Envelope = z.infer<typeof envelopeSchema>

export const envelopeFields: ReadonlySet<string> = new Set(Object.keys(envelopeShape))
