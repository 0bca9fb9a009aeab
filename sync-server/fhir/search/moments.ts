// Dates of FHIR as spans of time, and how a span compares with one that is asked for (hl7.org/fhir/R4/search.html#date).

/** From `low` to `high`, which is not in it; milliseconds. An open end is infinite. */
export type Span = { readonly low: number; readonly high: number }

export const datePrefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const
export type DatePrefix = (typeof datePrefixes)[number]
export type DateCriterion = { readonly prefix: DatePrefix; readonly span: Span }

const shape = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/** The span that a date means as precisely as it is written; days without a zone are days in UTC. Null for no date. */
export function spanOf(text: string): Span | null {
  const [whole, year, month, day, clock, seconds, fraction, zone] = shape.exec(text) ?? []
  if (whole === undefined || year === undefined) return null
  if (clock !== undefined) {
    const low = Date.parse(
      `${year}-${month}-${day}T${clock}${seconds ?? ':00'}${fraction ?? ''}${zone ?? 'Z'}`,
    )
    const length = fraction !== undefined ? 1 : seconds === undefined ? 60_000 : 1000
    return Number.isNaN(low) ? null : { low, high: low + length }
  }
  const low = Date.parse(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`)
  if (Number.isNaN(low)) return null
  const end = new Date(low)
  if (day !== undefined) end.setUTCDate(end.getUTCDate() + 1)
  else if (month !== undefined) end.setUTCMonth(end.getUTCMonth() + 1)
  else end.setUTCFullYear(end.getUTCFullYear() + 1)
  return { low, high: end.getTime() }
}

/** `ge2026-03-01`: null where it is no date. */
export function dateCriterion(text: string): DateCriterion | null {
  const prefix = datePrefixes.find((known) => text.startsWith(known)) ?? 'eq'
  const span = spanOf(text.replace(/^[a-z]{2}/, ''))
  return span === null ? null : { prefix, span }
}

export function compares({ prefix, span }: DateCriterion, found: Span): boolean {
  const within = span.low <= found.low && found.high <= span.high
  switch (prefix) {
    case 'eq':
      return within
    case 'ne':
      return !within
    case 'gt':
      return found.high > span.high
    case 'lt':
      return found.low < span.low
    case 'ge':
      return within || found.high > span.high
    case 'le':
      return within || found.low < span.low
    case 'sa':
      return found.low >= span.high
    case 'eb':
      return found.high <= span.low
    case 'ap':
      return found.low < span.high && span.low < found.high
  }
}
