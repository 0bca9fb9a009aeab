/** JSON-shaped data: what documents, messages and rules are made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/**
 * One text for one value: keys sorted by code unit, no white space, `undefined` members left out (RFC 8785 for the
 * values that JSON documents hold here). Equality of documents, hashes and derived ids rest on it.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value ?? null)
}

/** Deep equality of JSON-shaped values; `undefined` and an absent member are the same. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!isComposite(a) || !isComposite(b)) return false
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameItems(a, b)
  const [mine, theirs] = [membersOf(a), membersOf(b)]
  return (
    mine.length === theirs.length && mine.every((name) => b[name] !== undefined && sameJson(a[name], b[name]))
  )
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function membersOf(value: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(value).filter((name) => value[name] !== undefined)
}

/** An item that is not there is `null`, as it is in text. */
function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => sameJson(item ?? null, b[index] ?? null))
}
