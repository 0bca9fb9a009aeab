import { z } from 'zod'
import { idSchema } from '#app/kernel/index.ts'
import type { Id, Json } from '#app/kernel/index.ts'
import { authoritySchema, timeZoneSchema } from '#app/values/index.ts'
import type { Ownership } from '../replication/actor.ts'
import type { StoredFeed } from '../store/contract.ts'
import type { Header } from './header.ts'
import { encodingOf } from './parse/charset.ts'
import type { Authority } from './parse/types.ts'

// What an administrator settles about a feed. Codes and names of systems only: nothing here tells of a patient.

/** `*` stands for any. */
const pattern = z.string().min(1).max(227)

const ownershipSchema = z.enum(['feed', 'rounds', 'shared']) satisfies z.ZodType<Ownership>

export const feedSettingsSchema = z.strictObject({
  /** Who may send: MSH-3 and MSH-4, by namespace or universal id. */
  senders: z.array(z.strictObject({ application: pattern, facility: pattern })).min(1),
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
  /** Where application acknowledgements go, if not back on the connection of the message. */
  replyTo: z
    .strictObject({ host: z.string().min(1).max(253), port: z.number().int().min(1).max(65_535) })
    .nullable()
    .default(null),
})
export type FeedSettings = z.infer<typeof feedSettingsSchema>

export type Feed = { readonly id: Id; readonly name: string; readonly settings: FeedSettings }

/** Settings as they are stored: optional members that are absent are absent there too. */
export function settingsJson(settings: FeedSettings): Json {
  return z.json().parse(settings)
}

/** A stored feed, its settings checked again: they may have been written by another version. */
export function feedOf(stored: StoredFeed): Feed {
  return { id: stored.id, name: stored.name, settings: feedSettingsSchema.parse(stored.settings) }
}

function matches(wanted: string, given: Authority | null): boolean {
  if (wanted === '*') return true
  return given !== null && (wanted === given.namespace || wanted === given.universalId)
}

/** The feed that takes messages of this sender: one that names it before one that takes any. */
export function feedFor(feeds: readonly Feed[], header: Header): Feed | null {
  const taking = (open: boolean): Feed | undefined =>
    feeds.find(({ settings }) =>
      settings.senders.some(
        ({ application, facility }) =>
          (application === '*' && facility === '*') === open &&
          matches(application, header.application) &&
          matches(facility, header.facility),
      ),
    )
  return taking(false) ?? taking(true) ?? null
}

/** The site of a message; null where no row of the feed's table says. */
export function siteFor(settings: FeedSettings, sender: Authority | null, facility: string): Id | null {
  const row = settings.sites.find(
    (site) => matches(site.sender, sender) && (site.facility === '*' || site.facility === facility),
  )
  return row?.site ?? null
}

export function ownershipIn(settings: FeedSettings, module: string, field: string): Ownership {
  const ofModule = settings.ownership[module]
  return ofModule?.[field] ?? ofModule?.['*'] ?? 'shared'
}
