import { fieldOf, partsOf, textOf } from '../parse/message.ts'
import type { Message, Part } from '../parse/message.ts'

// Where the other converter is wrong, by rule: each names what the standard says, and the segment that shows it.

export type Disagreement = {
  readonly message: Message
  readonly field: string
  readonly value: string
  readonly ours: readonly string[]
}

export type Exception = { readonly exception: string; readonly quote: string }

type Rule = {
  readonly name: string
  readonly fields: readonly string[]
  /** The segment that shows it; null where the rule does not speak of this value. */
  shows(disagreement: Disagreement): string | null
}

const ofPatient = [
  'Patient.identifier.value',
  'Patient.identifier.type',
  'Patient.name.family',
  'Patient.name.given',
  'Patient.telecom',
]

export const rules: readonly Rule[] = [
  {
    name: 'The insured person (IN1-17 names another) or the guarantor (GT1) is not the patient.',
    fields: ofPatient,
    shows: ({ message, value }) => {
      const [word = ''] = value.split(' (')
      if (says(message, ['PID', 'NK1'], word)) return null
      return quoteOf(message, ['IN2', 'IN1', 'GT1'], word)
    },
  },
  {
    name: 'CX-5 is a code of table 0203; the name of a hospital is none.',
    fields: ['Patient.identifier.type', 'Encounter.identifier.type'],
    shows: ({ message, value }) => {
      const [, type = ''] = /\(([^()]*)\)$/.exec(value) ?? []
      return type.includes(' ') ? quoteOf(message, ['PID', 'PV1'], type) : null
    },
  },
  {
    name: 'OBX-11 I is "results pending" (table 0085): registered in FHIR.',
    fields: ['Observation.status'],
    shows: ({ message, value, ours }) =>
      value === 'unknown' && ours.includes('registered') ? quoteOf(message, ['OBX'], 'i', 11) : null,
  },
  {
    name: 'A value of the type TM is a time: hh:mm:ss in FHIR.',
    fields: ['Observation.value'],
    shows: ({ message, value, ours }) =>
      /^\d{4}$/.test(value) && ours.some((one) => one.replaceAll(':', '').startsWith(value))
        ? quoteOf(message, ['OBX'], value, 5)
        : null,
  },
]

/** The beginning of the first segment of these names that holds the word, as it was sent. */
function quoteOf(message: Message, names: readonly string[], word: string, field?: number): string | null {
  for (const segment of message.segments) {
    if (!names.includes(segment.name)) continue
    const words = field === undefined ? wordsOf(segment) : wordsOf(fieldOf(segment, field))
    if (words.has(word)) return textOf(segment).slice(0, 240)
  }
  return null
}

function says(message: Message, names: readonly string[], word: string): boolean {
  return message.segments.some((segment) => names.includes(segment.name) && wordsOf(segment).has(word))
}

function wordsOf(part: Part | null): ReadonlySet<string> {
  const words = new Set<string>()
  const walk = (at: Part): void => {
    words.add(textOf(at).trim().toLowerCase())
    words.add(textOf(at).replaceAll(/\D/g, ''))
    if (at.level !== 'subcomponent') for (const below of partsOf(at)) walk(below)
  }
  if (part !== null) walk(part)
  return words
}

export function exceptionFor(disagreement: Disagreement): Exception | null {
  for (const rule of rules) {
    if (!rule.fields.includes(disagreement.field)) continue
    const quote = rule.shows(disagreement)
    if (quote !== null) return { exception: rule.name, quote }
  }
  return null
}
