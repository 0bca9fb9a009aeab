import { fieldOf, partsOf, textOf } from '../parse/message.ts'
import type { Message, Part } from '../parse/message.ts'
import { component } from '../parse/path.ts'

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
  'Patient.address.city',
  'Patient.address.state',
  'Patient.address.postalCode',
]
const ofName = ['name.family', 'name.given']
const ofRelative = ofName.map((name) => `RelatedPerson.${name}`)

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
    name: 'IN2-7 is the name of a Medicaid case, which the patient bears already.',
    fields: ['Patient.name.given'],
    shows: ({ message, value, ours }) => (ours.includes(value) ? quoteOf(message, ['IN2'], value, 7) : null),
  },
  {
    name: 'CON-24 names who consents, and PID-5 the patient.',
    fields: ofName.map((name) => `Patient.${name}`),
    shows: ({ message, value }) =>
      says(message, ['PID'], value) ? null : quoteOf(message, ['CON'], value, 24),
  },
  {
    name: 'NK1-30 and NK1-37 are the name and a number of somebody through whom the next of kin is reached.',
    fields: [...ofRelative, 'RelatedPerson.identifier.value'],
    shows: ({ message, value }) =>
      quoteOf(message, ['NK1'], value, 30) ?? quoteOf(message, ['NK1'], value, 37),
  },
  {
    name: 'PID-21 is a number of the mother, and NK1-3 names another relationship.',
    fields: ['RelatedPerson.identifier.value', 'RelatedPerson.identifier.type'],
    shows: ({ message, value }) => {
      const [word = ''] = value.split(' (')
      return quoteOf(message, ['NK1'], 'mth', 3) === null ? quoteOf(message, ['PID'], word, 21) : null
    },
  },
  {
    name: 'XTN-4 is an e-mail address, and what has no @ is none.',
    fields: ['RelatedPerson.telecom', 'Patient.telecom'],
    shows: ({ message, value }) => mailOf(message, ['NK1', 'GT1', 'IN2', 'PID'], value),
  },
  {
    name: 'The insured person is the patient (IN1-17), and no relative.',
    fields: ofRelative,
    shows: ({ message, value }) =>
      ['self', 'sel', '18'].some((code) => quoteOf(message, ['IN1'], code, 17) !== null)
        ? quoteOf(message, ['IN1'], value, 16)
        : null,
  },
  {
    name: 'N (not applicable) is other in the map that HL7 publishes of table 0001.',
    fields: ['Patient.gender', 'RelatedPerson.gender'],
    shows: ({ message, value, ours }) =>
      value === 'unknown' && ours.includes('other') ? quoteOf(message, ['NK1'], 'n', 15) : null,
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

/** The segment that has the digits in the fourth component of a repetition. */
function mailOf(message: Message, names: readonly string[], digits: string): string | null {
  const segment = message.segments.find(
    (one) =>
      names.includes(one.name) &&
      partsOf(one).some((field) => partsOf(field).some((repetition) => component(repetition, 4) === digits)),
  )
  return segment === undefined ? null : textOf(segment).slice(0, 240)
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
