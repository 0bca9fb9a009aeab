import { folded } from '#app/values/index.ts'
import type { Element, Resource } from '../convert/index.ts'
import type { SearchParameter } from '../resource-types.ts'
import type { Criterion } from './criteria.ts'
import { compares, dateCriterion, spanOf } from './moments.ts'
import type { Span } from './moments.ts'

// Whether a resource fits what is asked for (hl7.org/fhir/R4/search.html). It is looked at as the client gets it: what a
// client may not see does not find anything either. Pure.

/** Any of a criterion's values fits any of the places where its parameter looks. */
export function matches(resource: Resource, { parameter, modifier, values }: Criterion): boolean {
  const found = parameter.paths.flatMap((path) => valuesAt(resource, path.split('.')))
  return values.some((value) => found.some((element) => fits(element, parameter, modifier, value)))
}

/** What lies at a path, each item of a list by itself. */
export function valuesAt(element: Element, path: readonly string[]): readonly Element[] {
  if (isList(element)) return element.flatMap((item) => valuesAt(item, path))
  const [member, ...rest] = path
  if (member === undefined) return [element]
  const found = typeof element === 'object' ? element[member] : undefined
  return found === undefined ? [] : valuesAt(found, rest)
}

function isList(element: Element): element is readonly Element[] {
  return Array.isArray(element)
}

function fits(
  element: Element,
  parameter: SearchParameter,
  modifier: Criterion['modifier'],
  value: string,
): boolean {
  switch (parameter.type) {
    case 'token':
      return fitsToken(element, parameter, value)
    case 'string':
      return wordsOf(element).some((word) => fitsText(word, modifier, value))
    case 'date':
      return fitsDate(element, value)
    case 'reference':
      return textAt(element, 'reference') === value
  }
}

/** `code`, `system|code`, `|code` (no system) or `system|`. */
function fitsToken(element: Element, { system: only }: SearchParameter, value: string): boolean {
  if (typeof element !== 'object') return String(element) === value.slice(value.indexOf('|') + 1)
  if (isList(element)) return false
  const codings = element['coding']
  if (codings !== undefined) return valuesAt(codings, []).some((coding) => fitsToken(coding, noLimit, value))
  const system = textAt(element, 'system')
  if (only !== undefined) return system === only && sameContact(textAt(element, 'value'), value)
  const held = textAt(element, 'code') ?? textAt(element, 'value')
  const bar = value.indexOf('|')
  if (bar === -1) return held === value
  const [wanted, wantedCode] = [value.slice(0, bar), value.slice(bar + 1)]
  return (system ?? '') === wanted && (wantedCode === '' || held === wantedCode)
}

const noLimit: SearchParameter = { type: 'token', paths: [], inUrl: true }

/** Numbers are the same however they are grouped. */
function sameContact(held: string | undefined, value: string): boolean {
  if (held === undefined) return false
  const digits = value.replaceAll(/\D/g, '')
  if (!value.includes('@') && digits.length >= 6) return held.replaceAll(/\D/g, '') === digits
  return folded(held) === folded(value)
}

function fitsText(held: string, modifier: Criterion['modifier'], value: string): boolean {
  if (modifier === 'exact') return held === value
  return modifier === 'contains'
    ? folded(held).includes(folded(value))
    : folded(held).startsWith(folded(value))
}

/** The parts of a name or an address that people read; a text as it is. */
function wordsOf(element: Element): readonly string[] {
  if (typeof element === 'string') return [element]
  if (typeof element !== 'object') return []
  const read = [
    'family',
    'given',
    'text',
    'prefix',
    'suffix',
    'line',
    'city',
    'district',
    'state',
    'postalCode',
  ]
  return [...read, 'country'].flatMap((member) => valuesAt(element, [member]).map(String))
}

function fitsDate(element: Element, value: string): boolean {
  const criterion = dateCriterion(value)
  const span = typeof element === 'string' ? spanOf(element) : periodSpan(element)
  return criterion !== null && span !== null && compares(criterion, span)
}

function periodSpan(period: Element): Span | null {
  const [start, end] = ['start', 'end'].map((member) => textAt(period, member))
  if (start === undefined && end === undefined) return null
  const low = start === undefined ? -Infinity : (spanOf(start)?.low ?? -Infinity)
  return { low, high: end === undefined ? Infinity : (spanOf(end)?.high ?? Infinity) }
}

function textAt(element: Element, member: string): string | undefined {
  if (typeof element !== 'object' || isList(element)) return undefined
  const found = element[member]
  return typeof found === 'string' ? found : undefined
}
