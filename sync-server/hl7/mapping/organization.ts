import type { Part } from '../parse/message.ts'
import { component, repetitionsOf } from '../parse/path.ts'
import { oneLine } from './value-readers.ts'

/** XON: the name of an organisation, from the first repetition; '' where there is none. */
export function readXon(segment: Part, field: number): string {
  const [repetition] = repetitionsOf(segment, field)
  return repetition === undefined ? '' : oneLine(component(repetition, 1))
}
