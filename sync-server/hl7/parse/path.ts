import { fieldOf, firstOf, isNothing, partsOf, segmentsOf, textOf } from './message.ts'
import type { Message, Part, Segment } from './message.ts'

/** `""` is `null`: the sender says that there is no value; `empty` and `absent` say nothing. */
export type Value =
  | { readonly kind: 'absent' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly text: string }

type Place = {
  readonly field: number
  readonly repetition: number
  readonly component: number | null
  readonly subcomponent: number | null
}

const placePattern = /^(\d+)(?:\[(\d+)\])?(?:\.(\d+)(?:\.(\d+))?)?$/
const pathPattern = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?-(.+)$/
const places = new Map<string, Place>()

function placeOf(text: string): Place {
  const found = places.get(text)
  if (found !== undefined) return found
  const match = placePattern.exec(text)
  if (match === null) throw new Error(`not a place in a segment: ${text}`)
  const [, field, repetition, component, subcomponent] = match
  const place: Place = {
    field: Number(field),
    repetition: Number(repetition ?? 1),
    component: component === undefined ? null : Number(component),
    subcomponent: subcomponent === undefined ? null : Number(subcomponent),
  }
  places.set(text, place)
  return place
}

/** The part at a place like `5`, `5[2]`, `5.1` or `5[2].1.2` of a segment; null where the segment does not reach. */
export function partAt(segment: Part, at: string): Part | null {
  const place = placeOf(at)
  const field = fieldOf(segment, place.field)
  const repetition = field === null ? null : (partsOf(field)[place.repetition - 1] ?? null)
  if (repetition === null || place.component === null) return repetition
  const component = partsOf(repetition)[place.component - 1] ?? null
  if (component === null || place.subcomponent === null) return component
  return partsOf(component)[place.subcomponent - 1] ?? null
}

/** What a part says. Where it has parts of its own, its first one speaks: a field is read as its first component. */
export function valueOf(part: Part | null): Value {
  if (part === null) return { kind: 'absent' }
  const text = textOf(firstOf(part, 'subcomponent'))
  if (text === '') return { kind: 'empty' }
  return text === '""' ? { kind: 'null' } : { kind: 'text', text }
}

/** The value at a place of a segment; `''` for all that is no text. */
export function read(segment: Part, at: string): string {
  return said(partAt(segment, at))
}

function said(part: Part | null | undefined): string {
  if (part === null || part === undefined || part.start === part.end) return ''
  const text = textOf(firstOf(part, 'subcomponent'))
  return text === '""' ? '' : text.trim()
}

/** Free text: the whole part, since senders leave separators in it unescaped. */
export function readWhole(segment: Part, at: string): string {
  const part = partAt(segment, at)
  const text = part === null ? '' : textOf(part)
  return text === '""' ? '' : text
}

/** Whether the sender says `""` there. */
export function isNull(segment: Part, at: string): boolean {
  const part = partAt(segment, at)
  return part !== null && isNothing(part)
}

/** The repetitions of a field that hold anything but nothing and `""`. */
export function repetitionsOf(segment: Part, field: number): Part[] {
  const part = fieldOf(segment, field)
  if (part === null) return []
  return partsOf(part).filter((repetition) => repetition.end > repetition.start && !isNothing(repetition))
}

/** A component of a repetition, `''` where there is none. */
export function component(repetition: Part, at: number, subcomponent = 1): string {
  const part = partsOf(repetition)[at - 1]
  return part === undefined ? '' : said(partsOf(part)[subcomponent - 1])
}

/** The value at a path like `PID-5.1`, `PID-3[2].4.1` or `OBX[2]-5`. */
export function valueAt(message: Message, path: string): Value {
  const match = pathPattern.exec(path)
  const [, name, occurrence, at] = match ?? []
  if (name === undefined || at === undefined) throw new Error(`not a path in a message: ${path}`)
  const segment = segmentsOf(message, name)[Number(occurrence ?? 1) - 1]
  return segment === undefined ? { kind: 'absent' } : valueOf(partAt(segment, at))
}

export function firstSegment(message: Message, name: string): Segment | null {
  return message.segments.find((segment) => segment.name === name) ?? null
}
