import type { ObservationValue, ReferenceRange } from '#app/modules/observations/index.ts'
import { decimalSchema } from '#app/values/index.ts'
import type { Part, Segment } from '../parse/message.ts'
import { component, partAt, read, readWhole, repetitionsOf } from '../parse/path.ts'
import { readTimestamp } from '../parse/timestamp.ts'
import { readCoded } from '../parse/types.ts'
import { attachmentOf } from './attachment.ts'
import type { MappingContext } from './mapped.ts'
import { conceptOf, lines, momentValue, oneLine } from './value-readers.ts'
import { isOfWords, wordsOf } from './value-words.ts'

// OBX-5, whose type OBX-2 names. A value that is not of its type is kept as the text it is, and noted.

export type ReadValue = {
  readonly value: ObservationValue | null
  /** What could not be taken over as a value, in words. */
  readonly note: string | null
}

export function valueOfResult(obx: Segment, place: string, context: MappingContext): ReadValue {
  const repetitions = repetitionsOf(obx, 5)
  const [first] = repetitions
  if (first === undefined) return { value: null, note: null }
  const type = read(obx, '2').toUpperCase()
  if (type === 'RP') return { value: null, note: pointerNote(first) }
  if (type === 'ED') return documentValue(obx, place, context)
  const typed = repetitions.length === 1 ? typedValue(type, first, obx, context) : undefined
  if (typed !== undefined) return { value: typed, note: null }
  const text = lines(repetitions.map((one) => wordsOf(type, one)).join('\n'))
  if (text === '') return { value: null, note: null }
  if (!isOfWords(type)) context.unread(place)
  return { value: { type: 'text', text }, note: null }
}

function typedValue(
  type: string,
  given: Part,
  obx: Segment,
  context: MappingContext,
): ObservationValue | undefined {
  switch (type) {
    case 'NM':
      return numeric(component(given, 1), obx)
    case 'SN':
      return structured(given, obx)
    case 'NR':
      return between(component(given, 1), component(given, 2), '-', obx)
    case 'MO':
      return money(given)
    case 'CE':
    case 'CWE':
    case 'CNE':
    case 'CF': {
      const concept = conceptOf(readCoded(given), context)
      return concept === undefined ? undefined : { type: 'coded', concept }
    }
    case 'DT':
    case 'TS':
    case 'DTM': {
      const stamp = readTimestamp(component(given, 1))
      return stamp === null
        ? undefined
        : { type: 'moment', moment: momentValue(stamp, `OBX[${obx.occurrence}]-5`, context) }
    }
    case 'TM':
      return time(component(given, 1))
    default:
      return undefined
  }
}

function unitOf(obx: Segment): { unit?: string; code?: string } {
  const [given] = repetitionsOf(obx, 6)
  if (given === undefined) return {}
  const { code, text, system } = readCoded(given)
  const unit = oneLine(text || code)
  const ucum = system.toUpperCase() === 'UCUM' && code !== '' && code.length <= 64
  return { ...(unit === '' || unit.length > 64 ? {} : { unit }), ...(ucum ? { code } : {}) }
}

/** A number as it was written, but for a leading plus or point. Undefined where it is none. */
function decimal(text: string): string | undefined {
  const plain = text
    .trim()
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.$/, '')
  return decimalSchema.safeParse(plain).success ? plain : undefined
}

/** `<5` in a number's place is common: a comparator and a number. */
function numeric(text: string, obx: Segment): ObservationValue | undefined {
  const [, comparator, number = ''] = /^(<=|>=|<|>)?\s*(.+)$/.exec(text.trim()) ?? []
  const value = decimal(number)
  return value === undefined ? undefined : quantity(value, comparator, obx)
}

function quantity(value: string, comparator: string | undefined, obx: Segment): ObservationValue | undefined {
  const sign = comparator === '=' || comparator === '' ? undefined : comparator
  if (sign === undefined) return { type: 'quantity', quantity: { value, ...unitOf(obx) } }
  if (sign !== '<' && sign !== '<=' && sign !== '>=' && sign !== '>') return undefined
  return { type: 'quantity', quantity: { value, comparator: sign, ...unitOf(obx) } }
}

/** SN: comparator, number, separator, number. */
function structured(given: Part, obx: Segment): ObservationValue | undefined {
  const [comparator = '', first = '', separator = '', second = ''] = [1, 2, 3, 4].map((at) =>
    component(given, at),
  )
  if (second === '' && separator === '') {
    const value = decimal(first)
    return value === undefined ? undefined : quantity(value, comparator, obx)
  }
  if (comparator !== '' && comparator !== '=') return undefined
  if (separator !== '-' && separator !== ':' && separator !== '/' && separator !== '+') return undefined
  return between(first, second, separator, obx)
}

type Separator = Extract<ObservationValue, { type: 'range' }>['separator']

function between(from: string, to: string, separator: Separator, obx: Segment): ObservationValue | undefined {
  const [low, high] = [decimal(from), decimal(to)]
  if (low === undefined && high === undefined) return undefined
  const { unit } = unitOf(obx)
  return {
    type: 'range',
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    separator,
    ...(unit === undefined ? {} : { unit }),
  }
}

/** MO: an amount, and its currency as the unit. */
function money(given: Part): ObservationValue | undefined {
  const value = decimal(component(given, 1))
  const unit = oneLine(component(given, 2)).slice(0, 64)
  if (value === undefined) return undefined
  return { type: 'quantity', quantity: { value, ...(unit === '' ? {} : { unit }) } }
}

function time(text: string): ObservationValue | undefined {
  const [, hour, minute, second] =
    /^([01]\d|2[0-3])([0-5]\d)(?:([0-5]\d)(?:\.\d+)?)?(?:[+-]\d{4})?$/.exec(text) ?? []
  return hour === undefined ? undefined : { type: 'time', time: `${hour}:${minute}:${second ?? '00'}` }
}

/** An embedded document is the value; its bytes go to the files. */
function documentValue(obx: Segment, place: string, context: MappingContext): ReadValue {
  const attachment = attachmentOf(obx, context)
  if (attachment === null) context.unread(place)
  return { value: attachment === null ? null : { type: 'attachment', attachment }, note: null }
}

/** A document that lies elsewhere is named only. */
function pointerNote(given: Part): string {
  const kind = oneLine([component(given, 3), component(given, 4)].join(' '))
  const what = 'This result points to a document'
  return kind === '' ? `${what}.` : `${what} (${kind.slice(0, 80)}).`
}

/** OBX-7: as the laboratory wrote it, and its bounds where they are numbers. */
export function rangeOf(obx: Segment): ReferenceRange | undefined {
  const text = oneLine(partAt(obx, '7') === null ? '' : readWhole(obx, '7'))
  if (text === '') return undefined
  const number = String.raw`-?\d+(?:\.\d+)?`
  const [, from, to] = new RegExp(`^(${number})\\s*(?:-|to)\\s*(${number})`).exec(text) ?? []
  const [, sign, bound] = new RegExp(`^([<>]=?)\\s*(${number})`).exec(text) ?? []
  const low = decimal(from ?? (sign?.startsWith('>') ? (bound ?? '') : ''))
  const high = decimal(to ?? (sign?.startsWith('<') ? (bound ?? '') : ''))
  const { unit } = unitOf(obx)
  return {
    text: text.slice(0, 200),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(unit === undefined ? {} : { unit }),
  }
}
