import type { Fault, Intake } from '../../ack.ts'
import type { FeedSettings } from '../../feed-config.ts'
import { messageType } from '../../header.ts'
import type { Header } from '../../header.ts'
import type { Message } from '../../parse/message.ts'
import { fieldOf } from '../../parse/message.ts'
import { firstSegment, repetitionsOf } from '../../parse/path.ts'

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
  if (!isKnownVersion(header.version)) return unsupported(`version ${plain(header.version)}`)
  const accepted =
    header.processingId === '' ||
    feed.processingIds.length === 0 ||
    feed.processingIds.includes(header.processingId)
  if (!accepted) return unsupported(`processing id ${plain(header.processingId)}`)
  const type = messageType(header)
  const mapped = supported[type]
  if (mapped === undefined) return unsupported(plain(type))
  const absent = mapped.requires.find((place) => !isThere(message, place))
  return absent === undefined ? { intake: 'committed' } : missing(absent)
}

/** 2.2 to 2.9, with whatever stands behind; a sender that names none is read like the others. */
function isKnownVersion(version: string): boolean {
  return version === '' || /^2\.[2-9](?![0-9])/.test(version)
}

/** The refusal is sent and shown: no more of a header goes into it than a code can be, whatever a sender put there. */
function plain(text: string): string {
  return /^[A-Za-z0-9.^_]{1,16}$/.test(text) ? text : 'unreadable'
}

function missing(place: string): Verdict {
  return { intake: 'content-fault', fault: { code: 'hl7.required-missing', facts: { place } } }
}

function unsupported(type: string): Verdict {
  return { intake: 'unsupported', fault: { code: 'hl7.unsupported', facts: { type } } }
}

/** `PID` or `PID-3`: the first segment of the name, and something in the field. */
function isThere(message: Message, place: string): boolean {
  const [name = '', field] = place.split('-')
  const segment = firstSegment(message, name)
  if (segment === null) return false
  if (field === undefined) return true
  return fieldOf(segment, Number(field)) !== null && repetitionsOf(segment, Number(field)).length > 0
}
