import type { Id } from '#app/kernel/index.ts'
import { idSchema } from '#app/kernel/index.ts'
import { SITE_TAG } from '../convert/index.ts'
import { notKept, notValid } from './refusals.ts'
import type { SaidCoding } from './shapes.ts'

// Where a record belongs stands in its tags: FHIR has no other place for it.

/** The sites that the tags name; the displays say what the server knows. Any other tag has no place here. */
export function sitesIn(
  type: string,
  tags: readonly SaidCoding[] = [],
  zoneOf: (site: Id) => string | null,
): readonly Id[] {
  return tags.map(({ system, code, version }, index) => {
    const at = `${type}.meta.tag[${index}]`
    if (system !== SITE_TAG || version !== undefined) throw notKept(at)
    const site = idSchema.safeParse(code)
    if (!site.success || zoneOf(site.data) === null) throw notValid(at, 'it names no site')
    return site.data
  })
}

/** The sites of a new record: those named, else the only one that the client works at. */
export function sitesOfNew(type: string, named: readonly Id[], own: readonly Id[]): readonly Id[] {
  if (named.length > 0) return named
  if (own.length === 1) return own
  throw notValid(`${type}.meta.tag`, `the site is needed, as a tag of the system ${SITE_TAG}`)
}
