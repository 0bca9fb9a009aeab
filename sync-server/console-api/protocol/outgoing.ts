import { z } from 'zod'
import { idSchema, instantSchema, isErrorCode } from '#app/kernel/index.ts'
import type { ErrorCode } from '#app/kernel/index.ts'
import { reasonSchema } from './hl7.ts'

// What goes out to other systems, as the console sees it: types, states and reasons, nothing of whom a message is about.

const count = z.int().nonnegative()
const sequence = z.int().positive()
const both = ['sync-admin', 'interface-analyst'] as const

export const outgoingStates = ['waiting', 'refused', 'accepted', 'dropped'] as const
const stateSchema = z.enum(outgoingStates)
export type OutgoingState = z.infer<typeof stateSchema>

/** `acknowledgement`: how messages of the feed were applied, to a machine of their own. */
export const outgoingKinds = ['message', 'acknowledgement'] as const
const kindSchema = z.enum(outgoingKinds)
export type OutgoingKind = z.infer<typeof kindSchema>

export const destinationSchema = z.strictObject({
  /** Of the feed. */
  id: idSchema,
  kind: kindSchema,
  name: z.string(),
  /** Null where nothing is sent to it any more. */
  address: z.string().nullable(),
  pausedAt: instantSchema.nullable(),
  /** Tries since its last answer, and how the last one failed, or that there is no agreement to send on. */
  failures: count,
  code: z.custom<ErrorCode>(isErrorCode).nullable(),
  triedAt: instantSchema.nullable(),
  messages: z.partialRecord(stateSchema, count),
})
export type Destination = z.infer<typeof destinationSchema>

export const outgoingRowSchema = z.strictObject({
  sequence,
  messageType: z.string(),
  at: instantSchema,
  state: stateSchema,
  attempts: count,
  reason: reasonSchema,
  closedAt: instantSchema.nullable(),
})
export type OutgoingRow = z.infer<typeof outgoingRowSchema>

export const outgoingCalls = {
  outgoing: {
    for: both,
    request: z.strictObject({}),
    answer: z.strictObject({ destinations: z.array(destinationSchema) }),
  },
  'outgoing-list': {
    for: both,
    request: z.strictObject({
      feedId: idSchema,
      kind: kindSchema,
      state: stateSchema.optional(),
      before: sequence.optional(),
      limit: z.int().min(1).max(200),
    }),
    answer: z.strictObject({ found: z.array(outgoingRowSchema) }),
  },
  /** `retry`: a refused or dropped message waits again in its old place. `drop`: it leaves the queue. */
  'outgoing-settle': {
    for: both,
    request: z.strictObject({ sequence, how: z.enum(['retry', 'drop']) }),
    answer: z.strictObject({ done: z.boolean() }),
  },
  'outgoing-pause': {
    for: both,
    request: z.strictObject({ feedId: idSchema, kind: kindSchema, isPaused: z.boolean() }),
    answer: z.strictObject({}),
  },
} as const
