import { z } from 'zod'
import { idSchema, instantSchema, isErrorCode } from '#app/kernel/index.ts'
import type { ErrorCode, Json } from '#app/kernel/index.ts'

// What the console asks about feeds and their messages. A sync admin is told types, places and causes; what a message
// says is shown to an interface analyst alone, by the calls whose row says `shows: 'patients'`.

const count = z.int().nonnegative()
const sequence = z.int().positive()
const jsonSchema: z.ZodType<Json> = z.json()

export const messageStates = [
  'open',
  'applied',
  'parked',
  'dead',
  'refused',
  'duplicate',
  'corrected',
] as const
export const messageStateSchema = z.enum(messageStates)
export type MessageState = z.infer<typeof messageStateSchema>
const errorCodeSchema = z.custom<ErrorCode>(isErrorCode)

/** A code of the catalogue and what it tells: words, places, numbers; nothing of a patient. */
export const reasonSchema = z.strictObject({
  code: errorCodeSchema.nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
export type Reason = z.infer<typeof reasonSchema>

/** Who of the console did something, by name. */
const signedSchema = z.strictObject({ by: z.string(), at: instantSchema })

export const stretches = ['minute', 'ten-minutes', 'hour'] as const
export const trafficSchema = z.strictObject({
  feedId: idSchema,
  /** The beginning of an instant, as long as the stretch asks for. */
  stretch: z.string(),
  outcome: messageStateSchema.exclude(['open']),
  /** Index of `slownessBounds`; one past the last where none holds. */
  slowness: count,
  count,
})
export type Traffic = z.infer<typeof trafficSchema>

export const alertSchema = z.strictObject({
  /** Names the cause: the same as long as the cause is the same. */
  cause: idSchema,
  /** `waiting`: messages wait for a person. `silent`: a feed has not sent for longer than it may. `behind`: open too long. */
  kind: z.enum(['waiting', 'silent', 'behind']),
  feedId: idSchema,
  state: messageStateSchema.nullable(),
  reason: reasonSchema,
  count,
  /** Of the messages: the first, the last, and when that came. */
  first: count,
  last: count,
  lastAt: instantSchema.nullable(),
  /** `since`: how many came after it. */
  seen: signedSchema.extend({ since: count }).nullable(),
})
export type Alert = z.infer<typeof alertSchema>

export const feedStateSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  disabledAt: instantSchema.nullable(),
  messages: z.partialRecord(messageStateSchema, count),
  last: z.strictObject({ at: instantSchema, state: messageStateSchema, sequence }).nullable(),
  /** When the oldest message that is not applied yet came in. */
  behindSince: instantSchema.nullable(),
})
export type FeedState = z.infer<typeof feedStateSchema>

export const hl7OverviewSchema = z.strictObject({
  now: instantSchema,
  listener: z.strictObject({
    port: count,
    connections: z.array(
      z.strictObject({
        from: z.string(),
        since: instantSchema,
        lastAt: instantSchema.nullable(),
        messages: count,
      }),
    ),
  }),
  feeds: z.array(feedStateSchema),
  since: instantSchema,
  stretch: z.enum(stretches),
  slownessBounds: z.array(count),
  traffic: z.array(trafficSchema),
  alerts: z.array(alertSchema),
  /** There are more waiting messages than were looked at for the alerts. */
  more: z.boolean(),
})

export const messageRowSchema = z.strictObject({
  sequence,
  feedId: idSchema,
  receivedAt: instantSchema,
  closedAt: instantSchema.nullable(),
  messageType: z.string(),
  /** Told to interface analysts only: some senders make it of patients' numbers. */
  controlId: z.string().nullable(),
  bytes: count,
  state: messageStateSchema,
  reason: reasonSchema,
  replays: sequence.nullable(),
  reopened: count,
  forced: z.boolean(),
  /** Whether applying it again is possible, by itself or by force. */
  replay: z.enum(['yes', 'forced', 'no']),
})
export type MessageRow = z.infer<typeof messageRowSchema>

export const hl7SearchSchema = z.strictObject({
  feedId: idSchema.optional(),
  state: messageStateSchema.optional(),
  code: errorCodeSchema.optional(),
  messageType: z
    .string()
    .regex(/^[A-Z0-9]{3}(\^[A-Z0-9]{3})?$/)
    .optional(),
  controlId: z.string().min(1).max(199).optional(),
  from: instantSchema.optional(),
  until: instantSchema.optional(),
  before: sequence.optional(),
  limit: z.int().min(1).max(200),
})

export const messageDetailSchema = z.strictObject({
  message: messageRowSchema,
  /** What the standard calls the place that the reason names; `''` where it names none. */
  placeName: z.string(),
  /** Other messages under the same number of the same sender. */
  sameNumber: z.array(messageRowSchema),
  copies: z.array(sequence),
  deeds: z.array(
    signedSchema.extend({
      action: z.enum(['opened', 'tried', 'replayed', 'forced', 'corrected', 'decided']),
      purpose: z.string(),
    }),
  ),
})

export type TreeNode = {
  readonly place: string
  readonly name: string
  readonly text: string
  readonly parts: readonly TreeNode[]
}
const treeNodeSchema: z.ZodType<TreeNode> = z.strictObject({
  place: z.string(),
  name: z.string(),
  text: z.string(),
  get parts() {
    return z.array(treeNodeSchema)
  },
})
export const treeSchema = z
  .array(z.strictObject({ segment: z.string(), fields: z.array(treeNodeSchema).readonly() }))
  .readonly()
export type Tree = z.infer<typeof treeSchema>

/** Lines of a message as a person reads and edits them, one a segment. */
const linesSchema = z.array(z.string().max(1_000_000)).min(1).max(10_000)

export const openedMessageSchema = z.strictObject({
  lines: z.array(z.string()),
  encoding: z.string(),
  /** Null where it is no HL7. */
  tree: treeSchema.nullable(),
  /** Whom a parked message may be about. */
  candidates: z.array(
    z.strictObject({
      id: idSchema,
      /** Where the message names them; null of a patient whom it does not name. */
      place: z.string(),
      words: z.array(z.string()),
      identifiers: z.array(z.string()),
    }),
  ),
})
export type OpenedMessage = z.infer<typeof openedMessageSchema>

export const endingSchema = z.strictObject({
  outcome: messageStateSchema.exclude(['open']),
  reason: reasonSchema,
})

/** `before` is null and `hidden` true where the value was set by others and the reader may not see it. */
export const wouldChangeSchema = z.strictObject({
  module: z.string(),
  id: idSchema,
  outcome: z.enum(['created', 'changed', 'unchanged', 'refused']),
  fields: z.array(
    z.strictObject({
      field: z.string(),
      before: jsonSchema,
      after: jsonSchema,
      hidden: z.boolean(),
      waits: z.boolean(),
    }),
  ),
})
export type WouldChange = z.infer<typeof wouldChangeSchema>

const notTaken = z.strictObject({ taken: z.literal(false), reason: reasonSchema })
export const dryRunSchema = z.discriminatedUnion('taken', [
  z.strictObject({ taken: z.literal(true), ending: endingSchema, changes: z.array(wouldChangeSchema) }),
  notTaken,
])
export type DryRun = z.infer<typeof dryRunSchema>

/** Which records an applied message speaks of, and which of their fields still hold what it said. */
export const writtenSchema = z.strictObject({
  records: z.array(z.strictObject({ module: z.string(), id: idSchema, stillThere: z.array(z.string()) })),
})

export const jobSchema = z.strictObject({
  job: idSchema,
  total: count,
  done: count,
  /** How those that are done ended. */
  ended: z.partialRecord(messageStateSchema, count),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
})
export type Job = z.infer<typeof jobSchema>

export const causeSchema = z.strictObject({
  feedId: idSchema,
  state: z.enum(['dead', 'parked']),
  reason: reasonSchema,
})

export const issueSchema = z.strictObject({ path: z.string(), says: z.string() })
export type Issue = z.infer<typeof issueSchema>
export const feedPageSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  version: z.int().positive(),
  disabledAt: instantSchema.nullable(),
  settings: jsonSchema,
  former: z.array(
    z.strictObject({
      version: z.int().positive(),
      name: z.string(),
      settings: jsonSchema,
      replaced: signedSchema,
    }),
  ),
  sites: z.array(z.strictObject({ id: idSchema, name: z.string() })),
  /** What a feed may own: by module, its fields. */
  modules: z.record(z.string(), z.array(z.string())),
})
export type FeedPage = z.infer<typeof feedPageSchema>

export const saveFeedSchema = z.strictObject({
  id: idSchema,
  version: z.int().positive(),
  name: z.string().trim().min(1).max(80),
  enabled: z.boolean(),
  settings: jsonSchema,
})
export const savedFeedSchema = z.discriminatedUnion('saved', [
  z.strictObject({ saved: z.literal(true), version: z.int().positive() }),
  z.strictObject({ saved: z.literal(false), issues: z.array(issueSchema) }),
])

export const trySchema = z.strictObject({ feedId: idSchema, settings: jsonSchema, lines: linesSchema })
export const triedSchema = z.strictObject({
  issues: z.array(issueSchema),
  /** Whether this feed, with these settings, would take the sender's messages. */
  sender: z.enum(['taken', 'not of this feed', 'unreadable']),
  encoding: z.string(),
  tree: treeSchema.nullable(),
  /** The answers as they would be sent, each by its segments; empty: silence. */
  answers: z.array(z.array(z.string())),
  /** The connection would be closed without an answer. */
  closes: z.boolean(),
  run: dryRunSchema.nullable(),
})
export type Tried = z.infer<typeof triedSchema>

const analysts = ['interface-analyst'] as const
const both = ['sync-admin', 'interface-analyst'] as const
const nothing = z.strictObject({})
const one = z.strictObject({ sequence })
const patients = 'patients'

/** The calls about feeds and messages, and who may make them. */
export const hl7Calls = {
  'hl7-overview': {
    for: both,
    request: z.strictObject({ hours: z.union([z.literal(1), z.literal(6), z.literal(24), z.literal(168)]) }),
    answer: hl7OverviewSchema,
  },
  'hl7-acknowledge': {
    for: both,
    request: z.strictObject({ cause: idSchema, upTo: count }),
    answer: nothing,
  },
  'hl7-search': {
    for: both,
    request: hl7SearchSchema,
    answer: z.strictObject({ found: z.array(messageRowSchema), goOnBefore: sequence.nullable() }),
  },
  'hl7-message': { for: both, request: one, answer: messageDetailSchema },
  'hl7-open': { for: analysts, shows: patients, request: one, answer: openedMessageSchema },
  'hl7-written': { for: analysts, shows: patients, request: one, answer: writtenSchema },
  'hl7-dry-run': {
    for: analysts,
    shows: patients,
    request: one.extend({ lines: linesSchema.optional(), patientId: idSchema.optional() }),
    answer: dryRunSchema,
  },
  'hl7-correct': {
    for: analysts,
    shows: patients,
    request: one.extend({ lines: linesSchema }),
    answer: z.discriminatedUnion('taken', [z.strictObject({ taken: z.literal(true), sequence }), notTaken]),
  },
  'hl7-decide': {
    for: analysts,
    shows: patients,
    request: one.extend({ patientId: idSchema }),
    answer: z.strictObject({ decided: z.boolean() }),
  },
  'hl7-force': {
    for: analysts,
    shows: patients,
    request: one,
    answer: z.strictObject({ forced: z.boolean() }),
  },
  'hl7-replay': {
    for: both,
    request: z.union([
      z.strictObject({ sequences: z.array(sequence).min(1).max(1_000) }),
      z.strictObject({ cause: causeSchema }),
    ]),
    answer: jobSchema,
  },
  'hl7-job': { for: both, request: z.strictObject({ job: idSchema }), answer: jobSchema },
  'hl7-cancel': { for: both, request: z.strictObject({ job: idSchema }), answer: jobSchema },
  'hl7-feed': { for: both, request: z.strictObject({ id: idSchema }), answer: feedPageSchema },
  'hl7-save-feed': { for: both, request: saveFeedSchema, answer: savedFeedSchema },
  'hl7-try': { for: analysts, shows: patients, request: trySchema, answer: triedSchema },
} as const
