import type { AnyDocument, Id } from '#app/kernel/index.ts'
import type { Store } from '../../store/contract.ts'
import { siteRegions } from './site-regions.ts'

// Where data may lie: a site belongs to a region, a server serves regions. What names a site of another region is refused,
// whoever sends it. The first documents of an organisation are its own, and are not asked.

/** Whether a document may not lie here. */
export type Abroad = (document: AnyDocument) => boolean

/** What holds now: each write asks anew, since another process may have changed where a site belongs. */
export type Residency = { abroad(): Promise<Abroad> }

/** Of a server that serves every region there is. */
export const everyRegion: Residency = { abroad: async () => () => false }

/** `served` null: every region. A site that was put into no region belongs to none that is served. */
export function residencyOf(store: Pick<Store, 'access'>, served: readonly string[] | null): Residency {
  if (served === null) return everyRegion
  return {
    async abroad() {
      const regions = await siteRegions(store.access)
      return ({ scopes }) => scopes.some((scope) => isAbroad(scope, regions, served))
    },
  }
}

const SITE = 'site:'

function isAbroad(scope: string, regions: ReadonlyMap<Id, string>, served: readonly string[]): boolean {
  return scope.startsWith(SITE) && !served.includes(regions.get(scope.slice(SITE.length)) ?? '')
}
