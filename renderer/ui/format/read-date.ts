import { isPartialDate } from '#app/values/index.ts'

/**
 * Reads a date as a person types it: `1980-03-14`, `1980-03`, `1980`, or with dots, slashes or blanks in the order of
 * the locale. What is not one is answered as it was typed, so that the schema says what is wrong with it.
 */
export function readDate(typed: string, locale?: string): string {
  const text = typed.trim()
  if (isPartialDate(text)) return text
  const parts = text.split(/[./\s-]+/).filter((part) => part !== '')
  if (parts.length === 0 || parts.length > 3 || !parts.every((part) => /^\d+$/.test(part))) return text
  const iso = parts[0]?.length === 4 ? parts : inIsoOrder(parts, locale)
  const [year = '', ...rest] = iso
  const date = [year, ...rest.map((part) => part.padStart(2, '0'))].join('-')
  return isPartialDate(date) ? date : text
}

/** From the order that the locale writes to year, month, day. */
function inIsoOrder(parts: readonly string[], locale: string | undefined): readonly string[] {
  const written = new Intl.DateTimeFormat(locale).formatToParts(0).map(({ type }) => type)
  const order = (['day', 'month', 'year'] as const)
    .filter((part) => parts.length === 3 || (part !== 'day' && parts.length === 2) || part === 'year')
    .toSorted((a, b) => written.indexOf(a) - written.indexOf(b))
  const of = (part: 'year' | 'month' | 'day') => parts[order.indexOf(part)]
  return [of('year'), of('month'), of('day')].filter((part) => part !== undefined)
}
