import { partsOf, textOf } from '../parse/message.ts'
import type { Message } from '../parse/message.ts'
import { repetitionsOf } from '../parse/path.ts'

/** Every component of a field in all segments of a name, as values are compared. */
export function messageSegments(message: Message, name: string, field: number): ReadonlySet<string> {
  return new Set(
    message.segments
      .filter((segment) => segment.name === name)
      .flatMap((segment) => repetitionsOf(segment, field))
      .flatMap((repetition) => partsOf(repetition))
      .map((part) => textOf(part).normalize('NFC').replaceAll(/\s+/g, ' ').trim().toLowerCase()),
  )
}
