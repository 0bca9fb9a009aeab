import { z } from 'zod'
import type { Id, Json } from '#app/kernel/index.ts'
import type { Ownership } from '../replication/actor.ts'
import type { KeptFeed } from '../store/contract.ts'
import type { Header } from './header.ts'
import { feedSettingsSchema } from './feed-settings.ts'
import type { FeedSettings } from './feed-settings.ts'
import type { Authority } from './parse/types.ts'

export { feedSettingsSchema } from './feed-settings.ts'
export type { FeedSettings } from './feed-settings.ts'

export type Feed = {
  readonly id: Id
  readonly name: string
  /** Of the settings. */
  readonly version: number
  readonly settings: FeedSettings
}

/** A feed whose partner is told of what people enter. */
export type SendingFeed = Feed & {
  readonly settings: FeedSettings & { readonly send: NonNullable<FeedSettings['send']> }
}

export function isSending(feed: Feed): feed is SendingFeed {
  return feed.settings.send !== null
}

/** A feed whose application acknowledgements go to a machine of their own. */
export type AcknowledgingFeed = Feed & {
  readonly settings: FeedSettings & { readonly replyTo: NonNullable<FeedSettings['replyTo']> }
}

export function isAcknowledging(feed: Feed): feed is AcknowledgingFeed {
  return feed.settings.replyTo !== null
}

/** Settings as they are stored: optional members that are absent are absent there too. */
export function settingsJson(settings: FeedSettings): Json {
  return z.json().parse(settings)
}

/** A stored feed, its settings checked again: they may have been written by another version. */
export function feedOf(stored: KeptFeed): Feed {
  const { id, name, version } = stored
  return { id, name, version, settings: feedSettingsSchema.parse(stored.settings) }
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
