import { standardDelimiters } from '../parse/delimiters.ts'
import { escapeText } from '../parse/escape.ts'

// Writing HL7: texts are escaped here and nowhere else, and what is empty at the end of anything is left away.

/** A component: one text, or its subcomponents. */
export type Component = string | readonly string[]
/** One repetition of a field, by its components. */
export type Repetition = readonly Component[]
/** A field: one text, or its repetitions. */
export type Field = string | readonly Repetition[]

/** "There is no value": empties the field at the receiver, where an empty field says nothing. */
export const NULL = '""'

/** A segment by the numbers of its fields, so that they can be seen. */
export function segment(name: string, fields: Readonly<Record<number, Field | undefined>>): string {
  const last = Math.max(...Object.keys(fields).map(Number))
  const written = Array.from({ length: last }, (_, index) => writeField(fields[index + 1] ?? ''))
  return joined([name, ...written], '|')
}

/** The header from MSH-3 on: MSH-1 is the separator behind its name, MSH-2 the others. */
export function header(fields: Readonly<Record<number, Field | undefined>>): string {
  const behind = Object.entries(fields).map(([number, field]) => [Number(number) - 1, field] as const)
  return segment('MSH', Object.fromEntries(behind)).replace('MSH||', 'MSH|^~\\&|')
}

export function writeField(field: Field): string {
  if (field === NULL) return field
  if (typeof field === 'string') return escaped(field)
  return joined(
    field.map((repetition) => joined(repetition.map(writeComponent), '^')),
    '~',
  )
}

function writeComponent(component: Component): string {
  return typeof component === 'string' ? escaped(component) : joined(component.map(escaped), '&')
}

function escaped(text: string): string {
  return escapeText(text, standardDelimiters)
}

function joined(parts: readonly string[], by: string): string {
  const last = parts.findLastIndex((part) => part !== '')
  return parts.slice(0, last + 1).join(by)
}

/** Segments as the bytes of a message. */
export function messageOf(segments: readonly string[]): Buffer {
  return Buffer.from(segments.map((line) => `${line}\r`).join(''))
}
