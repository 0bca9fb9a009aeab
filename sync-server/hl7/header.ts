import type { Message, Segment } from './parse/message.ts'
import { read, repetitionsOf } from './parse/path.ts'
import { readHd } from './parse/types.ts'
import type { Authority } from './parse/types.ts'

/** What MSH says, as far as intake and acknowledgement need it. `''` for what is not there. */
export type Header = {
  readonly application: Authority | null
  readonly facility: Authority | null
  readonly receivingApplication: Authority | null
  readonly receivingFacility: Authority | null
  readonly time: string
  readonly type: string
  readonly trigger: string
  readonly controlId: string
  readonly processingId: string
  readonly version: string
  readonly acceptCondition: string
  readonly applicationCondition: string
}

/** The header segment: a message that was parsed has one, in the first place. */
export function headerSegment(message: Message): Segment {
  const [header] = message.segments
  if (header === undefined) throw new Error('a parsed message begins with its header')
  return header
}

export function readHeader(message: Message): Header {
  const msh = headerSegment(message)
  const hd = (field: number): Authority | null => {
    const [repetition] = repetitionsOf(msh, field)
    return repetition === undefined ? null : readHd(repetition)
  }
  const [type, trigger] = typeOf(
    read(msh, '9.1').toUpperCase(),
    read(msh, '9.2').toUpperCase(),
    read(msh, '9.3'),
  )
  return {
    application: hd(3),
    facility: hd(4),
    receivingApplication: hd(5),
    receivingFacility: hd(6),
    time: read(msh, '7'),
    type,
    trigger,
    controlId: read(msh, '10'),
    processingId: read(msh, '11').toUpperCase(),
    version: read(msh, '12'),
    acceptCondition: read(msh, '15').toUpperCase(),
    applicationCondition: read(msh, '16').toUpperCase(),
  }
}

/** Some senders name the event in the structure only (`ADT^^ADT_A08`), or with an underscore (`ADT_A08`). */
function typeOf(type: string, trigger: string, structure: string): readonly [string, string] {
  if (trigger !== '') return [type, trigger]
  const [, first, second] = /^([A-Z]{3})_([A-Z0-9]{3})$/.exec(type) ?? []
  if (first !== undefined && second !== undefined) return [first, second]
  const [, named] = /^[A-Z]{3}_([A-Z0-9]{3})$/.exec(structure.toUpperCase()) ?? []
  return [type, named ?? '']
}

/** `ADT^A01`: for the console, for routing and for errors. */
export function messageType(header: Pick<Header, 'type' | 'trigger'>): string {
  return header.trigger === '' ? header.type : `${header.type}^${header.trigger}`
}

/** One text for who sent it: part of the identity of a message. */
export function senderOf(header: Header): string {
  const name = (authority: Authority | null): string =>
    authority === null ? '' : `${authority.namespace}&${authority.universalId}`
  return `${name(header.application)}|${name(header.facility)}`
}
