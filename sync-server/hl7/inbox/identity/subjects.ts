import type { FeedSettings } from '../../feed-config.ts'
import { authorityOf, oneLine } from '../../mapping/value-readers.ts'
import type { Message } from '../../parse/message.ts'
import { repetitionsOf } from '../../parse/path.ts'
import { readCx } from '../../parse/types.ts'

/** Where a message names whom it is about: PID-2, 3 and 4, and in MRG whose record ends. */
const places: readonly (readonly [segment: string, fields: readonly number[]])[] = [
  ['PID', [2, 3, 4]],
  ['MRG', [1, 2, 4]],
]

/**
 * Whom a message is about, one text an identifier, under the authority that the feed means. Messages that share one are
 * applied in the order of receipt; the type is left out, since senders are careless with it and too much order does no harm.
 */
export function subjectsOf(message: Message, settings: FeedSettings): readonly string[] {
  const found = new Set<string>()
  for (const segment of message.segments) {
    const [, fields = []] = places.find(([name]) => name === segment.name) ?? []
    for (const repetition of fields.flatMap((field) => repetitionsOf(segment, field))) {
      const { value, authority } = readCx(repetition)
      const { universalId, namespace } = authorityOf(authority, { settings })
      if (value !== '') found.add(`${oneLine(value)}|${universalId ?? namespace ?? ''}`)
    }
  }
  return [...found]
}
