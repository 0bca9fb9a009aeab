import { derivedId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Authority } from '#app/values/index.ts'
import type { StoredFeed } from '../store/contract.ts'
import { feedSettingsSchema, settingsJson } from './feed-config.ts'

/**
 * The feed of the synthetic organisation: any sender, any processing id, everything to one site. It owns the visits and
 * the results; what it says of patients and appointments is shared with the people at the desk.
 */
export function demoFeed(where: {
  readonly site: Id
  /** Who gives out the site's medical record numbers. */
  readonly authority: Authority
  readonly zone: string
  readonly at: string
}): StoredFeed {
  const settings = feedSettingsSchema.parse({
    senders: [{ application: '*', facility: '*' }],
    zone: where.zone,
    charset: null,
    authority: where.authority,
    sites: [{ sender: '*', facility: '*', site: where.site }],
    ownership: { encounters: { '*': 'feed' }, observations: { '*': 'feed' } },
    processingIds: [],
    acknowledge: 'as-asked',
  })
  return {
    id: derivedId('demo-feed', where.site),
    name: 'General Hospital ADT/SIU/ORU',
    settings: settingsJson(settings),
    createdAt: where.at,
    disabledAt: null,
  }
}
