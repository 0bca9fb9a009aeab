import type { Message, Part } from '../parse/message.ts'
import { partsOf, textOf } from '../parse/message.ts'
import { repetitionsOf } from '../parse/path.ts'

// Whether a message states a value. What another converter made up, or took from its own tables, is no value to agree on.

export type Statements = { says(type: string, field: string, value: string): boolean }

/** Fields whose values are words of FHIR: stated where the message fills the field that they come from. */
const places: Readonly<Record<string, readonly string[]>> = {
  'Patient gender': ['PID-8'],
  'Patient birthDate': ['PID-7'],
  'RelatedPerson gender': ['NK1-15', 'GT1-9', 'IN1-43'],
  'RelatedPerson birthDate': ['NK1-16', 'GT1-8', 'IN1-18'],
  'Encounter class': ['PV1-2'],
  'Encounter period.start': ['PV1-44'],
  'Encounter period.end': ['PV1-45'],
  'Observation status': ['OBX-11'],
  'Appointment status': ['SCH-25'],
  'Appointment period.start': ['SCH-11', 'TQ1-7', 'AIS-4', 'AIG-8', 'AIL-6', 'AIP-6'],
  'Appointment period.end': ['SCH-11', 'TQ1-8'],
}

export function statementsOf(message: Message): Statements {
  const words = new Set<string>()
  const digits: string[] = []
  /** The words of each repetition: an identifier and its type stand in one. */
  const typed: Set<string>[] = []
  for (const segment of message.segments) {
    for (const field of partsOf(segment)) {
      collect(field, words)
      for (const repetition of partsOf(field)) {
        digits.push(textOf(repetition).replaceAll(/\D/g, ''))
        const own = new Set<string>()
        collect(repetition, own)
        typed.push(own)
      }
    }
  }
  const filled = (place: string): boolean => {
    const [name, field] = place.split('-')
    return message.segments.some(
      (segment) => segment.name === name && repetitionsOf(segment, Number(field)).length > 0,
    )
  }
  return {
    says(type, field, value) {
      const from = places[`${type} ${field}`]
      if (from !== undefined) return from.some(filled)
      if (field === 'telecom' && !value.includes('@')) return digits.some((run) => run.includes(value))
      if (field === 'identifier.type') return saysIdentifier(value)
      if (field === 'value') return saysValue(value)
      return words.has(value)
    },
  }

  function saysIdentifier(value: string): boolean {
    const [, number = '', type = ''] = /^(.*) \(([^()]*)\)$/.exec(value) ?? []
    return typed.some((repetition) => repetition.has(number) && repetition.has(type))
  }

  /** A range or ratio is stated by its ends, a date by its digits. */
  function saysValue(value: string): boolean {
    if (words.has(value)) return true
    if (/^\d{4}-\d{2}/.test(value)) return digits.some((run) => run.startsWith(value.slice(0, 4)))
    const ends = value.split(/[-:]|[<>]=?/).filter((end) => end !== '')
    return ends.length > 0 && ends.every((end) => words.has(end))
  }
}

/** A part and all below it, as it is compared; numbers without needless zeros. */
function collect(part: Part, words: Set<string>): void {
  const text = textOf(part).normalize('NFC').replaceAll(/\s+/g, ' ').trim().toLowerCase()
  if (text !== '') {
    words.add(text)
    if (/^[+-]?\d*\.?\d+$/.test(text)) words.add(String(Number(text)))
  }
  if (part.level === 'subcomponent') return
  const below = partsOf(part)
  if (below.length > 1 || part.level !== 'component') for (const one of below) collect(one, words)
}
