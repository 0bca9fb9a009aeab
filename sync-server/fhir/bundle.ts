import type { Element, Resource } from './convert/index.ts'
import { notice } from './outcome.ts'

export type Bundle = {
  readonly resourceType: 'Bundle'
  readonly type: 'searchset'
  readonly total?: number
  readonly link: readonly { readonly relation: string; readonly url: string }[]
  readonly entry?: readonly Element[]
}

export type BundleParts = {
  readonly base: string
  readonly self: string
  /** The address of the next page; null at the end. */
  readonly next: string | null
  readonly matches: readonly Resource[]
  readonly included: readonly Resource[]
  /** Set where the search stopped before its page was full. */
  readonly bounded: number | null
  /** Where this is all there is. */
  readonly whole: boolean
}

export function searchSet(parts: BundleParts): Bundle {
  const { base, self, next, matches, included, bounded, whole } = parts
  const entries = (resources: readonly Resource[], mode: 'match' | 'include') =>
    resources.map((resource) => ({
      fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
      resource,
      search: { mode },
    }))
  const words = `${bounded} records were looked through for this page. Go on with the next one, or ask by patient or identifier.`
  const outcomes = bounded === null ? [] : [{ resource: notice(words), search: { mode: 'outcome' } }]
  const entry = [...entries(matches, 'match'), ...entries(included, 'include'), ...outcomes]
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(whole ? { total: matches.length } : {}),
    link: [{ relation: 'self', url: self }, ...(next === null ? [] : [{ relation: 'next', url: next }])],
    ...(entry.length === 0 ? {} : { entry }),
  }
}
