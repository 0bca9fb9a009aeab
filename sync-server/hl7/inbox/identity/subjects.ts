import type { Message } from '../../parse/message.ts'
import { repetitionsOf } from '../../parse/path.ts'
import { readCx } from '../../parse/types.ts'

/** Where a message names whom it is about: PID-2, 3 and 4, and in MRG whose record ends. */
const places: readonly (readonly [segment: string, fields: readonly number[]])[] = [
  ['PID', [2, 3, 4]],
  ['MRG', [1, 2, 4]],
]

/**
 * Whom a message is about, one text an identifier. Messages that share one are applied in the order of receipt; the type
 * is left out, since senders are careless with it and too much order does no harm.
 */
export function subjectsOf(message: Message): readonly string[] {
  const found = new Set<string>()
  for (const segment of message.segments) {
    const [, fields = []] = places.find(([name]) => name === segment.name) ?? []
    for (const repetition of fields.flatMap((field) => repetitionsOf(segment, field))) {
      const { value, authority } = readCx(repetition)
      if (value !== '') found.add(`${value}|${authority?.universalId || authority?.namespace || ''}`)
    }
  }
  return [...found]
}
