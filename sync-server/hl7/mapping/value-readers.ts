import { fitsSystem, identifier, isPartialDate } from '#app/values/index.ts'
import type {
  Authority as RoundsAuthority,
  CodeableConcept,
  Coding,
  Identifier,
  Place,
  Professional,
} from '#app/values/index.ts'
import { isCodeTable, meantCode, standardCode } from '../code-tables.ts'
import type { Part } from '../parse/message.ts'
import { read, repetitionsOf } from '../parse/path.ts'
import { hasTime, momentOf, partialDate, readTimestamp } from '../parse/timestamp.ts'
import type { Timestamp } from '../parse/timestamp.ts'
import { readCoded, readCx, readPl, readXcn } from '../parse/types.ts'
import type { Authority, Coded } from '../parse/types.ts'
import type { MappingContext } from './mapped.ts'
import { knownSystems } from './tables.ts'

// Values of HL7 data types as values of ours. What a sender left empty is undefined.

/** One line: line ends and other control characters become spaces. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim()
}

/** Lines of text, without other control characters. */
export function lines(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .trim()
}

/** An authority as it is stated; the feed's own where nothing is, or where it is named by half. */
export function authorityOf(
  given: Authority | null,
  context: Pick<MappingContext, 'settings'>,
): RoundsAuthority {
  const own = context.settings.authority
  if (given === null) return own
  const { universalIdType } = given
  const namespace = oneLine(given.namespace)
  const universalId = oneLine(given.universalId)
  const isOwn =
    universalId === '' ? namespace === own.namespace : namespace === '' && universalId === own.universalId
  if (isOwn) return own
  return {
    ...(namespace === '' ? {} : { namespace }),
    ...(universalId === '' ? {} : { universalId }),
    ...(universalIdType === '' || universalIdType.length > 16 ? {} : { universalIdType }),
  }
}

type GivenIdentifier = { readonly value: string; readonly authority: Authority | null }

/** An identifier under a type of table 0203, which the sender may have left out or misspelt. */
export function identifierOf(
  given: GivenIdentifier,
  type: string,
  usual: string,
  context: MappingContext,
): Identifier {
  const named = /^[A-Z0-9][A-Za-z0-9-]{0,19}$/.test(type) ? type : usual
  const authority = authorityOf(given.authority, context)
  return identifier({
    value: oneLine(given.value),
    type: named,
    ...(authority === undefined ? {} : { authority }),
  })
}

/** The identifiers of a CX field, each once, in the sender's order. */
export function identifiersAt(
  segment: Part,
  field: number,
  usual: string,
  context: MappingContext,
): Identifier[] {
  const all = repetitionsOf(segment, field)
    .map(readCx)
    .filter(({ value }) => value !== '')
    .map((cx) => identifierOf(cx, cx.type, usual, context))
  return withoutRepeats(all)
}

export function withoutRepeats(identifiers: readonly Identifier[]): Identifier[] {
  const first = new Map<string, Identifier>()
  for (const one of identifiers) if (!first.has(one.key)) first.set(one.key, one)
  return [...first.values()]
}

/** The URI of a code system that a message names; codes that can't be of that system are local ones. */
function systemOf(named: string, code: string, context: MappingContext): string {
  const name = standardCode(context.settings, '0396', named.trim())
  const known = knownSystems[name]
  if (known !== undefined && fitsSystem(known, code)) return known
  const table = /^HL7(\d{4})$/.exec(name)?.[1]
  if (table !== undefined) return `http://terminology.hl7.org/CodeSystem/v2-${table}`
  if (/^[0-2](\.\d+)+$/.test(name) && known === undefined) return `urn:oid:${name}`
  const local = (name === '' ? ownSystem(context) : name).replaceAll(/[^A-Za-z0-9.-]+/g, '-')
  return `urn:rounds:local:${local.slice(0, 120)}`
}

/** Codes without a system are the sender's own. */
function ownSystem({ settings: { authority } }: MappingContext): string {
  return authority.namespace ?? authority.universalId ?? 'feed'
}

function codingOf(code: string, text: string, system: string, context: MappingContext): Coding[] {
  const written = oneLine(code)
  if (written === '') return []
  const display = oneLine(text)
  return [
    { system: systemOf(system, written, context), code: written, ...(display === '' ? {} : { display }) },
  ]
}

/** The code and its system; where a feed says for which code of the field's table it stands, that one. */
function ofTable(
  { code, system }: Coded,
  context: MappingContext,
  table: string,
): Pick<Coded, 'code' | 'system'> {
  const number = /^HL7(\d{4})$/.exec(table || system)?.[1]
  const meant = isCodeTable(number) ? meantCode(context.settings, number, code) : null
  return meant === null ? { code, system } : { code: meant, system: `HL7${number}` }
}

/** A coded value; `table` stands in where the field is of an HL7 table and the sender names none. */
export function conceptOf(coded: Coded, context: MappingContext, table = ''): CodeableConcept | undefined {
  const { code, system } = ofTable(coded, context, table)
  const { alternate } = coded
  // A code too long to be one is a text that stands in the wrong component.
  const isCode = code.length <= 64
  const codings = [
    ...(isCode ? codingOf(code, coded.text, system || table, context) : []),
    ...(alternate === null || alternate.code.length > 64
      ? []
      : codingOf(alternate.code, alternate.text, alternate.system, context)),
  ]
  const text = oneLine(
    coded.original || (isCode ? coded.text : coded.text || coded.code) || (alternate?.text ?? ''),
  )
  if (codings.length === 0 && text === '') return undefined
  return { codings, ...(text === '' ? {} : { text }) }
}

/** The first repetition of a field as a concept. */
export function conceptAt(
  segment: Part,
  field: number,
  context: MappingContext,
  table = '',
): CodeableConcept | undefined {
  const [repetition] = repetitionsOf(segment, field)
  return repetition === undefined ? undefined : conceptOf(readCoded(repetition), context, table)
}

/** A person of the staff, from the first repetition of an XCN field. */
export function professionalAt(
  segment: Part,
  field: number,
  context: MappingContext,
): Professional | undefined {
  const [repetition] = repetitionsOf(segment, field)
  if (repetition === undefined) return undefined
  const person = readXcn(repetition)
  const { prefix, given, middle, family, suffix } = person
  const name = oneLine([prefix, given, middle, family, suffix].filter(Boolean).join(' '))
  const npi = person.authority?.namespace.toUpperCase() === 'NPI' ? 'NPI' : 'PRN'
  const known = { value: person.id, authority: person.authority }
  const identifiers = person.id === '' ? [] : [identifierOf(known, person.type || npi, npi, context)]
  if (name === '' && identifiers.length === 0) return undefined
  return { ...(name === '' ? {} : { name }), identifiers }
}

/** Where a patient is, from a PL field. */
export function placeAt(segment: Part, field: number): Place | undefined {
  const [repetition] = repetitionsOf(segment, field)
  if (repetition === undefined) return undefined
  const said = Object.entries(readPl(repetition))
    .map(([name, text]) => [name, oneLine(text)] as const)
    .filter(([, text]) => text !== '')
  return said.length === 0 ? undefined : Object.fromEntries(said)
}

/** The timestamp at a place; one that can't be read is noted and left out. */
export function timestampAt(
  segment: Part,
  at: string,
  place: string,
  context: MappingContext,
): Timestamp | undefined {
  const text = read(segment, at)
  if (text === '') return undefined
  const stamp = readTimestamp(text)
  if (stamp === null) {
    // Only zeros: a way to say nothing.
    if (!/^0+$/.test(text)) context.unread(place)
    return undefined
  }
  return stamp
}

/** An instant where the time of day is known, else the date in its precision. */
export function momentValue(stamp: Timestamp, place: string, context: MappingContext): string {
  return hasTime(stamp) ? instantValue(stamp, place, context) : partialDate(stamp)
}

/** The instant; noted where the clocks of the feed's zone never showed that time, or showed it twice. */
export function instantValue(stamp: Timestamp, place: string, context: MappingContext): string {
  const { instant, flag } = momentOf(stamp, context.settings.zone)
  if (flag !== null) context.unread(`${place}: ${flag}`)
  return instant
}

export function momentAt(
  segment: Part,
  at: string,
  place: string,
  context: MappingContext,
): string | undefined {
  const stamp = timestampAt(segment, at, place, context)
  return stamp === undefined ? undefined : momentValue(stamp, place, context)
}

/** The date at a place, as precise as it was sent. */
export function dateAt(
  segment: Part,
  at: string,
  place: string,
  context: MappingContext,
): string | undefined {
  const stamp = timestampAt(segment, at, place, context)
  const date = stamp === undefined ? undefined : partialDate(stamp)
  return date !== undefined && isPartialDate(date) ? date : undefined
}
