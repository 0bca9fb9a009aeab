import type { AnyDocument } from '#app/kernel/index.ts'
import { idSchema } from '#app/kernel/index.ts'
import type { Element } from './resource.ts'

/** FHIR has no place for where a record belongs: each site is a tag. Its code is the id of the site's Location. */
export const SITE_TAG = 'urn:rounds:site'

export function siteTags({ siteIds, siteId }: AnyDocument): readonly Element[] {
  const sites = Array.isArray(siteIds) ? siteIds : [siteId]
  return sites.flatMap((site) => {
    const read = idSchema.safeParse(site)
    return read.success ? [{ system: SITE_TAG, code: read.data }] : []
  })
}
