import { says } from '#app/kernel/index.ts'
import type { ErrorCode, ErrorFacts } from '#app/kernel/index.ts'
import type { Header } from './header.ts'
import { headerSegment } from './header.ts'
import { escapeText } from './parse/escape.ts'
import type { Message, Part } from './parse/message.ts'
import { fieldOf } from './parse/message.ts'
import { writeTimestamp } from './parse/timestamp.ts'

// Which answer a message gets (pure tables), and how it is written. No answer holds anything of a patient: codes of our
// catalogue, names of segments and fields, and the control id that the sender made up.

export type AcceptCode = 'CA' | 'CE' | 'CR'
export type ApplicationCode = 'AA' | 'AE' | 'AR'
export type AckCode = AcceptCode | ApplicationCode

/** How the intake of a message ended, before anything was mapped. */
export type Intake = 'committed' | 'content-fault' | 'unsupported' | 'own-fault'
/** How applying it ended: only the application acknowledgement of the enhanced mode tells. */
export type Application = 'applied' | 'mapping-fault'

export type Acknowledgement = {
  /** What answers the intake; null: the sender wants none. `close`: end the connection, so that it is sent again. */
  readonly first: AckCode | 'close' | null
  /** Of a refused message whose intake is not answered: what the sender, who waits for the application, is told instead. */
  readonly instead: ApplicationCode | null
  /** What answers the application, once it is over. Null: nothing further is sent. */
  readonly later: Readonly<Record<Application, ApplicationCode | null>> | null
}

const original: Readonly<Record<Intake, ApplicationCode | 'close'>> = {
  committed: 'AA',
  'content-fault': 'AE',
  unsupported: 'AR',
  'own-fault': 'close',
}

const accept: Readonly<Record<Intake, AcceptCode | 'close'>> = {
  committed: 'CA',
  'content-fault': 'CE',
  unsupported: 'CR',
  'own-fault': 'close',
}

/** Table 0155. */
type Condition = 'AL' | 'NE' | 'ER' | 'SU'

function conditionOf(text: string): Condition {
  return text === 'AL' || text === 'ER' || text === 'SU' ? text : 'NE'
}

function wanted<Code>(condition: Condition, success: boolean, code: Code): Code | null {
  const asked: Readonly<Record<Condition, boolean>> = { AL: true, NE: false, ER: !success, SU: success }
  return asked[condition] ? code : null
}

/** A passing fault of ours closes the connection, unless the feed's sender can't do without an answer. */
export type OnOwnFault = 'close' | 'refuse'

/**
 * MSH-15 and MSH-16 both empty is the original mode: AA once the message is durable. Either present is the enhanced
 * mode, and an absent one of the two means never. A message that was not accepted is not applied: it is answered once, by
 * MSH-15 or, where that asks for nothing, by MSH-16, so that nobody waits for what does not come.
 */
export function acknowledgementFor(
  header: Pick<Header, 'acceptCondition' | 'applicationCondition'>,
  intake: Intake,
  onOwnFault: OnOwnFault = 'close',
): Acknowledgement {
  const answered = intake === 'own-fault' && onOwnFault === 'refuse' ? 'unsupported' : intake
  if (header.acceptCondition === '' && header.applicationCondition === '') {
    return { first: original[answered], instead: null, later: null }
  }
  const [code, refusal] = [accept[answered], original[answered]]
  if (code === 'close' || refusal === 'close') return { first: 'close', instead: null, later: null }
  const committed = intake === 'committed'
  const first = wanted(conditionOf(header.acceptCondition), committed, code)
  const application = conditionOf(header.applicationCondition)
  if (!committed) {
    return { first, instead: first === null ? wanted(application, false, refusal) : null, later: null }
  }
  if (application === 'NE') return { first, instead: null, later: null }
  return {
    first,
    instead: null,
    later: { applied: wanted(application, true, 'AA'), 'mapping-fault': wanted(application, false, 'AE') },
  }
}

export type Fault = { readonly code: ErrorCode; readonly facts: ErrorFacts }

export type AckInput = {
  readonly code: AckCode
  readonly to: Message
  readonly header: Header
  /** MSH-10 of the answer. */
  readonly controlId: string
  readonly now: number
  readonly fault?: Fault | undefined
}

/** Writes an answer, parted and encoded like the message it answers, sender and receiver exchanged. */
export function buildAck({ code, to, header, controlId, now, fault }: AckInput): Buffer {
  const { delimiters } = to
  const by = String.fromCharCode(delimiters.field)
  const within = String.fromCharCode(delimiters.component)
  const msh = headerSegment(to)
  const structured = atLeast(header.version, [2, 3])
  const trigger = /^[A-Z0-9]{1,4}$/.test(header.trigger) ? header.trigger : ''
  const type = trigger === '' ? ['ACK'] : ['ACK', trigger, ...(structured ? ['ACK'] : [])]
  const sentence = fault === undefined ? '' : says(fault.code, fault.facts)
  const withErr = fault !== undefined && atLeast(header.version, [2, 5])
  const head = [
    ['MSH', raw(msh, 2)],
    [raw(msh, 5), raw(msh, 6), raw(msh, 3), raw(msh, 4)],
    [writeTimestamp(now), '', type.join(within), controlId, raw(msh, 11) || 'P', raw(msh, 12) || '2.5'],
    raw(msh, 18) === '' ? [] : ['', '', '', '', '', raw(msh, 18)],
  ].flat()
  const msa = [
    'MSA',
    code,
    raw(msh, 10),
    ...(fault === undefined || withErr ? [] : [escapeText(sentence.slice(0, 80), delimiters)]),
  ]
  const error = errorSegment(fault, escapeText(sentence, delimiters), withErr, within)
  const lines = [head, msa, ...error].map((fields) => `${fields.join(by)}\r`)
  // What came from the sender is held byte by byte, what we add is ASCII.
  return Buffer.from(lines.join(''), 'latin1')
}

/** The answer to what has no header: nobody to name, no number to give back. */
export function buildBareAck(controlId: string, now: number): Buffer {
  const head = ['MSH|^~\\&', '', '', '', '', writeTimestamp(now), '', 'ACK', controlId, 'P', '2.5']
  return Buffer.from(`${head.join('|')}\rMSA|AR|\rERR||MSH^1|${hl7Internal}|E\r`)
}

/** From 2.5 on ERR-2 to ERR-8 say where and what; before, ERR-1 says where and MSA-3 what. */
function errorSegment(fault: Fault | undefined, text: string, modern: boolean, within: string): string[][] {
  if (fault === undefined) return []
  const place = placeOf(fault.facts['place'])
  const { number, words } = hl7Condition[conditionName(fault.code)]
  const condition = [number, words, 'HL70357'].join(within)
  if (modern) return [['ERR', '', place.join(within), condition, 'E', fault.code, '', '', text]]
  return [['ERR', place.join(within)]]
}

const hl7Condition = {
  missing: { number: '101', words: 'Required field missing' },
  unsupported: { number: '200', words: 'Unsupported message type' },
  internal: { number: '207', words: 'Application internal error' },
} as const

const hl7Internal = [hl7Condition.internal.number, hl7Condition.internal.words, 'HL70357'].join('^')

function conditionName(code: ErrorCode): keyof typeof hl7Condition {
  if (code === 'hl7.required-missing') return 'missing'
  return code === 'hl7.unsupported' ? 'unsupported' : 'internal'
}

/** `PID-3` as ERL: segment, its sequence, field. */
function placeOf(place: unknown): string[] {
  const [, segment, field] =
    /^([A-Z][A-Z0-9]{2})(?:-(\d+))?/.exec(typeof place === 'string' ? place : '') ?? []
  if (segment === undefined) return []
  return field === undefined ? [segment, '1'] : [segment, '1', field]
}

/** A header field as it was written, escapes and all: it goes back to who wrote it. */
function raw(msh: Part, field: number): string {
  const part = fieldOf(msh, field)
  if (part === null) return ''
  // A line break that a sender left inside a field would end a segment of ours.
  return part.message.bytes.toString('latin1', part.start, part.end).replaceAll('\n', '')
}

/** `2.5.1` is at least 2.5; a version that can't be read is not. */
function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(version) ?? []
  return Number(first) > major || (Number(first) === major && Number(second) >= minor)
}
