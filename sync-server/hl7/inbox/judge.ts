import type { Fault, Intake } from '../ack.ts'
import type { FeedSettings } from '../feed-config.ts'
import { messageType } from '../header.ts'
import type { Header } from '../header.ts'
import type { Message } from '../parse/message.ts'
import { fieldOf } from '../parse/message.ts'
import { firstSegment, repetitionsOf } from '../parse/path.ts'

/** Whether a message is taken in; decided before anything is mapped, from the message and the feed's settings alone. */
export type Verdict =
  | { readonly intake: 'committed' }
  | { readonly intake: Exclude<Intake, 'committed' | 'own-fault'>; readonly fault: Fault }

/** The types that are mapped, each with the places that the standard requires and the mapping can't do without. */
export type SupportedTypes = { readonly [type: string]: { readonly requires: readonly string[] } }

export function judge(
  message: Message,
  header: Header,
  feed: FeedSettings,
  supported: SupportedTypes,
): Verdict {
  if (header.type === '') return missing('MSH-9')
  if (!message.charset.known) return missing('MSH-18')
  if (header.version !== '' && !header.version.startsWith('2'))
    return unsupported(`version ${header.version}`)
  const accepted = feed.processingIds.length === 0 || feed.processingIds.includes(header.processingId)
  if (!accepted) return unsupported(`processing id ${header.processingId}`)
  const type = messageType(header)
  const mapped = supported[type]
  if (mapped === undefined) return unsupported(type)
  const absent = mapped.requires.find((place) => !isThere(message, place))
  return absent === undefined ? { intake: 'committed' } : missing(absent)
}

function missing(place: string): Verdict {
  return { intake: 'content-fault', fault: { code: 'hl7.required-missing', facts: { place } } }
}

function unsupported(type: string): Verdict {
  return { intake: 'unsupported', fault: { code: 'hl7.unsupported', facts: { type: type.slice(0, 40) } } }
}

/** `PID` or `PID-3`: the first segment of the name, and something in the field. */
function isThere(message: Message, place: string): boolean {
  const [name = '', field] = place.split('-')
  const segment = firstSegment(message, name)
  if (segment === null) return false
  if (field === undefined) return true
  return fieldOf(segment, Number(field)) !== null && repetitionsOf(segment, Number(field)).length > 0
}
