import { z } from 'zod'
import { collectionSchema, collections } from '../kernel/define-module.ts'
import { envelopeSchema } from '../kernel/envelope.ts'
import { idSchema } from '../kernel/ids.ts'
import { replicaPlaceSchema } from './integrity.ts'

// Pull, push, fetch and the live stream. The scheme, line by line: docs/protocol.md.

export const revSchema = z.string().max(120)
export const editSchema = z.string().max(36)

/** A document on the wire: its envelope is checked here, its fields by the module. */
export const wireDocumentSchema = z.looseObject(envelopeSchema.shape)
export type WireDocument = z.infer<typeof wireDocumentSchema>

/** Not on this device (any more): moved out of the user's scopes, or unknown to the server. */
export const tombstoneSchema = z.strictObject({ id: idSchema, rev: revSchema, _deleted: z.literal(true) })
export const viewOrTombstoneSchema = z.union([tombstoneSchema, wireDocumentSchema])
export type ViewOrTombstone = z.infer<typeof viewOrTombstoneSchema>

/**
 * Where a replica stands in one collection. `walk`: comparing what it holds with what it should, by ranges of ids;
 * `cursor` is the last id compared, `until` the counter when the walk began. `tail`: everything up to `seq` is here.
 * Every key is always present.
 */
export const checkpointSchema = z.strictObject({
  epoch: z.string().max(64),
  mode: z.enum(['walk', 'tail']),
  cursor: z.string().max(36),
  until: z.number().int().nonnegative(),
  seq: z.number().int().nonnegative(),
})
export type Checkpoint = z.infer<typeof checkpointSchema>

/** The most documents a pull answers with, and the most (id, rev) pairs a walk posts. */
export const PULL_LIMIT = 1000
/** The most items a push carries. */
export const PUSH_LIMIT = 500

export const heldSchema = z.strictObject({ id: idSchema, rev: revSchema })
export type Held = z.infer<typeof heldSchema>

export const pullRequestSchema = z.strictObject({
  collection: collectionSchema,
  checkpoint: checkpointSchema.nullable(),
  limit: z.number().int().min(1).max(PULL_LIMIT),
  /**
   * In a walk: all that the replica holds in the range after the cursor up to `through`, both by id; `through` is null
   * for "to the end".
   */
  held: z
    .strictObject({ through: idSchema.nullable(), documents: z.array(heldSchema).max(PULL_LIMIT) })
    .optional(),
})
export type PullRequest = z.infer<typeof pullRequestSchema>

export const pullAnswerSchema = z.strictObject({
  documents: z.array(viewOrTombstoneSchema),
  checkpoint: checkpointSchema,
  /** More waits behind this page. */
  more: z.boolean(),
  /** How many visible documents still lie behind the cursor: for the progress bar. */
  remaining: z.number().int().nonnegative(),
  /** Held revs that the server lacks (a restored backup): to be pushed, with the base unknown. */
  asked: z.array(idSchema),
})
export type PullAnswer = z.infer<typeof pullAnswerSchema>

/**
 * A document as a device sends it. Beyond its kind it is checked by its module, once: what is wrong with it refuses the
 * item, not the request.
 */
export const pushedDocumentSchema = z.looseObject({ kind: z.string().max(32) })

/** One edited document. `author` is who made the edit: it stays theirs when another user signs in on the laptop. */
export const pushItemSchema = z.strictObject({
  collection: collectionSchema,
  id: idSchema,
  rev: revSchema,
  edit: editSchema.min(1),
  author: idSchema,
  doc: pushedDocumentSchema,
  /** Made on a copy that was put back from the past: what else of it was sent since then is not known here. */
  unsure: z.literal(true).optional(),
})
export type PushItem = z.infer<typeof pushItemSchema>

export const pushRequestSchema = z.strictObject({
  items: z.array(pushItemSchema).min(1).max(PUSH_LIMIT),
  /** The device's copy as it stood when this was sent. */
  place: replicaPlaceSchema.optional(),
})
export type PushRequest = z.infer<typeof pushRequestSchema>

/**
 * - `applied`: stored as pushed; `merged`: stored after a merge; `unchanged`: nothing to store
 * - `refused`: not stored; `code` says why, `field` where
 * A repeated item is answered with its first outcome and the current view.
 */
export const pushResultSchema = z.strictObject({
  collection: collectionSchema,
  id: idSchema,
  edit: editSchema,
  outcome: z.enum(['applied', 'merged', 'unchanged', 'refused']),
  code: z.string().max(64).optional(),
  field: z.string().max(64).optional(),
  view: viewOrTombstoneSchema,
})
export type PushResult = z.infer<typeof pushResultSchema>

/** One result for each item, in the order of the items. */
export const pushAnswerSchema = z.strictObject({ results: z.array(pushResultSchema) })
export type PushAnswer = z.infer<typeof pushAnswerSchema>

/** Documents by id, for healing and for links, under the same view rule as a pull. */
export const fetchRequestSchema = z.strictObject({
  collection: collectionSchema,
  ids: z.array(idSchema).min(1).max(PULL_LIMIT),
})
export const fetchAnswerSchema = z.strictObject({ documents: z.array(viewOrTombstoneSchema) })
export type FetchRequest = z.infer<typeof fetchRequestSchema>
export type FetchAnswer = z.infer<typeof fetchAnswerSchema>

/**
 * What the live stream says (server-sent events, `data:` is one of these). `heads`: the counters of the collections
 * that moved; a replica behind them pulls. `page`: all that a commit changed in a collection, from the number after `after`
 * up to `seq`, as far as the reader sees it and did not write it; a replica that stands at `after` or later takes it for the
 * answer to a pull, any other pulls. `resync`: the epoch changed, walk again. `revoked`: stop and lock.
 */
export const streamEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('heads'),
    epoch: z.string(),
    heads: z.partialRecord(z.enum(collections), z.number().int().nonnegative()),
  }),
  z.strictObject({
    type: z.literal('page'),
    epoch: z.string(),
    collection: collectionSchema,
    after: z.number().int().nonnegative(),
    seq: z.number().int().nonnegative(),
    documents: z.array(viewOrTombstoneSchema),
  }),
  z.strictObject({ type: z.literal('resync'), epoch: z.string() }),
  z.strictObject({ type: z.literal('revoked'), code: z.string() }),
  z.strictObject({ type: z.literal('ping'), at: z.string() }),
])
export type StreamEvent = z.infer<typeof streamEventSchema>
