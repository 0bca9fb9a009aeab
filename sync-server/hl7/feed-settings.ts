import { z } from 'zod'
import { idSchema, sensitivitySchema } from '#app/kernel/index.ts'
import { authoritySchema, timeZoneSchema } from '#app/values/index.ts'
import type { Ownership } from '../replication/actor.ts'
import { codeRowSchema } from './code-tables.ts'
import { confidentialityRowSchema } from './confidentiality/marked-places.ts'
import { encodingOf } from './parse/charset-names.ts'

// What an administrator settles about a feed, on the server and in the console's forms alike. Codes and names of systems
// only: nothing here tells of a patient.

/** `*` stands for any. */
const pattern = z.string().min(1).max(227)

const partySchema = z.strictObject({ application: pattern, facility: pattern })

export const sendSchema = z.strictObject({
  /** On what ground it is told. Without an agreement in force nothing is sent: it waits until there is one. */
  agreementId: idSchema.nullable().default(null),
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  /** Without it only to this machine, unless ROUNDS_MLLP_PLAIN says `anywhere`. */
  tls: z.boolean().default(true),
  /** MSH-3 and MSH-4 of ours. */
  from: partySchema.default({ application: 'ROUNDS', facility: 'ROUNDS' }),
  /** MSH-5 and MSH-6. */
  to: partySchema,
  /**
   * A28: a new person; A31: a changed one; A04: one who has arrived. S02, S03, S04: requests to move, change or cancel an
   * appointment of theirs; where they take none, a person gets the task to ask.
   */
  events: z.array(z.enum(['A28', 'A31', 'A04', 'S02', 'S03', 'S04'])).default(['A28', 'A31', 'A04']),
  /** MSH-11 of what is sent. */
  processingId: z.enum(['P', 'T', 'D']).default('P'),
  /** What is sensitive in these ways may be told, too; of a patient who is so in another way nothing is sent. */
  sensitivities: z.array(sensitivitySchema).default([]),
  /** How long an answer may take. */
  answerSeconds: z.number().int().min(1).max(300).default(20),
})

const ownershipSchema = z.enum(['feed', 'rounds', 'shared']) satisfies z.ZodType<Ownership>

export const feedSettingsSchema = z.strictObject({
  /** Who may send: MSH-3 and MSH-4, by namespace or universal id. */
  senders: z.array(partySchema).min(1),
  /** Of times that are sent without an offset, and of the appointments. */
  zone: timeZoneSchema,
  /** A name of table 0211 that comes before MSH-18; null: MSH-18 counts. */
  charset: z
    .string()
    .refine((name) => encodingOf(name) !== null, 'not a character set that Rounds reads')
    .nullable(),
  /**
   * Stands in where an identifier names no assigning authority, and completes one that names only its namespace or only
   * its universal id.
   */
  authority: authoritySchema,
  /**
   * Which site a message belongs to: MSH-4 and the facility of PV1-3, first match. A place is only then a default when a
   * row says `*`; without a match the message is parked.
   */
  sites: z.array(z.strictObject({ sender: pattern, facility: pattern, site: idSchema })),
  /** Who decides a field: by module, then by field, `*` for the module's others. Shared unless said otherwise. */
  ownership: z.record(z.string(), z.record(z.string(), ownershipSchema)),
  /** What codes mark as sensitive, before the table of the house (`confidentiality/house-codes.ts`). */
  confidentiality: z.array(confidentialityRowSchema).max(1_000).default([]),
  /** For which code of an HL7 table a sender's own stands; the first row that fits counts. */
  codes: z.array(codeRowSchema).max(1_000).default([]),
  /** MSH-11 values that are taken in (P, T, D): a production feed takes P only. Empty: any. */
  processingIds: z.array(z.string().min(1).max(3)),
  /** `as-asked`: MSH-15 and MSH-16 choose the mode; `original`: they are passed over. */
  acknowledge: z.enum(['as-asked', 'original']),
  /** A type, version or processing id that the feed does not take: refused, or kept for a person and answered well. */
  unsupported: z.enum(['refuse', 'park']).default('refuse'),
  /** A passing fault of ours: no answer, so that the sender tries again; or AR, where a sender can't do without. */
  ownFault: z.enum(['close', 'refuse']).default('close'),
  /** What has no readable header is kept; the connection is closed, or AR sent with an empty MSA-2. */
  unreadable: z.enum(['close', 'refuse']).default('close'),
  /** Minutes without a message after which people are told. Null: the feed may be silent. */
  quietAfter: z.number().int().min(1).max(100_000).nullable().default(null),
  /** Where application acknowledgements go, if not back on the connection of the message. */
  replyTo: z
    .strictObject({
      host: z.string().min(1).max(253),
      port: z.number().int().min(1).max(65_535),
      /** Without it only to this machine, unless ROUNDS_MLLP_PLAIN says `anywhere`. */
      tls: z.boolean().default(false),
    })
    .nullable()
    .default(null),
  /** Where what people enter about patients of the feed's sites is sent; null: nowhere. */
  send: sendSchema.nullable().default(null),
})
export type FeedSettings = z.infer<typeof feedSettingsSchema>
