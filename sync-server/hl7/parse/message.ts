import { err, ok } from '#app/kernel/index.ts'
import type { Result } from '#app/kernel/index.ts'
import { chooseCharset, decodeText } from './charset.ts'
import type { Charset } from './charset.ts'
import { readDelimiters } from './delimiters.ts'
import type { Delimiters } from './delimiters.ts'
import { unescapeBytes } from './escape.ts'

// A message is its bytes and offsets into them: nothing is copied, and a segment is parted only when somebody asks for
// one of its fields. The bytes themselves are never changed, so what is kept is what came.

export const CR = 0x0d
export const LF = 0x0a

/** What is parted by what: a segment into fields, a field into repetitions, those into components, and so on. */
export type Level = 'segment' | 'field' | 'repetition' | 'component' | 'subcomponent'

/** A stretch of the message's bytes. */
export type Part = {
  readonly message: Message
  readonly level: Level
  readonly start: number
  readonly end: number
  /** MSH-1 and MSH-2 are bytes that mean themselves: neither parted nor unescaped. */
  readonly verbatim: boolean
  /** Its parts, once somebody asked: `partsOf` fills it. A WeakMap instead costs more than the parsing itself. */
  below: readonly Part[] | null
}

export type Segment = Part & {
  readonly name: string
  /** 1 for the first of its name. */ readonly occurrence: number
}

export type Message = {
  readonly bytes: Buffer
  readonly delimiters: Delimiters
  readonly charset: Charset
  readonly segments: readonly Segment[]
}

export type Unreadable = { readonly why: 'no-header' | 'bad-delimiters' }

/** The character set that a feed sets for its messages, before what they say themselves; null: they decide. */
export type CharsetOverride = (outline: Message) => string | null

/**
 * Reads the outline of a message. White space and a byte order mark before MSH are passed over. The override is asked
 * once the segments are known, since the sender decides which feed it is.
 */
export function parseMessage(
  bytes: Buffer,
  override: CharsetOverride = () => null,
): Result<Message, Unreadable> {
  const start = headerStart(bytes)
  if (bytes.toString('latin1', start, start + 3) !== 'MSH') return err({ why: 'no-header' })
  const delimiters = readDelimiters(bytes, start, lineEnd(bytes, start))
  if (delimiters === null) return err({ why: 'bad-delimiters' })
  const segments: Segment[] = []
  // Every part points back at its message, so the character set is put in where the message already is.
  const message = { bytes, delimiters, charset: undecided, segments }
  fillSegments(message, start)
  message.charset = chooseCharset(bytes, declaredCharset(message), override(message))
  return ok(message)
}

/** The header is plain ASCII but for names, which are compared byte by byte. */
const undecided: Charset = { encoding: 'ascii', guessed: false, known: true }

function headerStart(bytes: Buffer): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  while (bytes[at] === CR || bytes[at] === LF || bytes[at] === 0x20 || bytes[at] === 0x09) at += 1
  return at
}

/** Where the line that holds `from` ends. */
export function lineEnd(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== CR && bytes[at] !== LF) at += 1
  return at
}

/** MSH-18 may repeat: the first repetition is the character set, the others are ones that escapes switch to. */
function declaredCharset(message: Message): string {
  const header = message.segments[0]
  if (header === undefined) return ''
  const value = fieldOf(header, 18)
  return value === null ? '' : textOf(firstOf(value, 'component'))
}

/**
 * CR ends a segment; LF and CRLF too, where the message ends its first segment so, or where what follows begins like a
 * segment. Any other LF is a line break that a sender left inside a text.
 */
function fillSegments(message: Message & { readonly segments: Segment[] }, from: number): void {
  const { bytes } = message
  const firstEnd = lineEnd(bytes, from)
  const linesEndInLf = bytes[firstEnd] === LF || bytes[firstEnd + 1] === LF
  const seen = new Map<string, number>()
  let start = from
  for (let at = from; at <= bytes.length; at += 1) {
    const byte = bytes[at]
    const ends =
      at === bytes.length || byte === CR || (byte === LF && (linesEndInLf || beginsSegment(message, at + 1)))
    if (!ends) continue
    if (at > start) {
      const name = bytes.toString('latin1', start, Math.min(start + 3, at))
      const occurrence = (seen.get(name) ?? 0) + 1
      seen.set(name, occurrence)
      message.segments.push({
        message,
        level: 'segment',
        start,
        end: at,
        verbatim: false,
        below: null,
        name,
        occurrence,
      })
    }
    start = at + 1
  }
}

function beginsSegment({ bytes, delimiters }: Message, at: number): boolean {
  return bytes[at + 3] === delimiters.field && /^[A-Z][A-Z0-9]{2}$/.test(bytes.toString('latin1', at, at + 3))
}

const nextLevel: Readonly<Record<Level, Level>> = {
  segment: 'field',
  field: 'repetition',
  repetition: 'component',
  component: 'subcomponent',
  subcomponent: 'subcomponent',
}

function separator(part: Part): number {
  const { delimiters } = part.message
  switch (part.level) {
    case 'segment':
      return delimiters.field
    case 'field':
      return delimiters.repetition
    case 'repetition':
      return delimiters.component
    case 'component':
      return delimiters.subcomponent
    case 'subcomponent':
      return -1
  }
}

/** The parts one level below; of a segment the first is its name. Parted at the first call only. */
export function partsOf(part: Part): readonly Part[] {
  part.below ??= isHeader(part) ? headerParts(part) : split(part, part.start)
  return part.below
}

function split(part: Part, from: number): Part[] {
  const { message, end } = part
  const level = nextLevel[part.level]
  const by = part.verbatim ? -1 : separator(part)
  const parts: Part[] = []
  let start = from
  while (by >= 0) {
    const at = indexWithin(message.bytes, by, start, end)
    if (at < 0) break
    parts.push({ message, level, start, end: at, verbatim: false, below: null })
    start = at + 1
  }
  parts.push({ message, level, start, end, verbatim: part.verbatim, below: null })
  return parts
}

/** So many bytes are looked through here: asking the buffer costs more than most fields are long. */
const SHORT = 64

/** Where a byte stands in a stretch, or -1; what lies behind the stretch is not looked at. */
function indexWithin(bytes: Buffer, byte: number, start: number, end: number): number {
  const near = Math.min(end, start + SHORT)
  for (let at = start; at < near; at += 1) if (bytes[at] === byte) return at
  const far = near === end ? -1 : bytes.subarray(near, end).indexOf(byte)
  return far < 0 ? -1 : near + far
}

function isHeader(part: Part): boolean {
  if (part.level !== 'segment') return false
  const name = part.message.bytes.toString('latin1', part.start, part.start + 3)
  return name === 'MSH' || name === 'FHS' || name === 'BHS'
}

/** In a header the field separator is itself field 1, and field 2 holds the other separators. */
function headerParts(part: Part): Part[] {
  const { message, start } = part
  const [name, encoding, ...rest] = split(part, start)
  const first: Part = {
    message,
    level: 'field',
    start: start + 3,
    end: Math.min(start + 4, part.end),
    verbatim: true,
    below: null,
  }
  if (name === undefined || encoding === undefined) return [...(name === undefined ? [] : [name]), first]
  return [name, first, { ...encoding, verbatim: true }, ...rest]
}

/** A field of a segment, counted from 1; null where the segment ends before it. */
export function fieldOf(segment: Part, field: number): Part | null {
  return partsOf(segment)[field] ?? null
}

/** The first part at a level below: the first component of a field is that of its first repetition. */
export function firstOf(part: Part, level: Level): Part {
  let at = part
  while (at.level !== level && at.level !== 'subcomponent') at = partsOf(at)[0] ?? at
  return at
}

/** A part in full, escapes resolved; separators of lower levels stay in the text as they stand. */
export function textOf(part: Part): string {
  const { message, start, end } = part
  const { encoding } = message.charset
  // Most fields hold no escape: they are read where they stand.
  if (!hasEscapes(part) && encoding === 'ascii') return message.bytes.toString('latin1', start, end)
  const bytes = message.bytes.subarray(start, end)
  const meant = part.verbatim ? bytes : unescapeBytes(bytes, message.delimiters)
  return decodeText(meant, encoding)
}

function hasEscapes({ message, start, end, verbatim }: Part): boolean {
  const { escape } = message.delimiters
  return !verbatim && escape >= 0 && indexWithin(message.bytes, escape, start, end) >= 0
}

const NOTHING = '""'

/** Whether the sender says `""`: there is no value. */
export function isNothing(part: Part): boolean {
  if (part.end - part.start !== NOTHING.length && !hasEscapes(part)) return false
  return textOf(part) === NOTHING
}

/** The segments of a name, in order. */
export function segmentsOf(message: Message, name: string): Segment[] {
  return message.segments.filter((segment) => segment.name === name)
}

/** The message written out again from its parts, down to the last level that has any. The same bytes, always. */
export function serialise(message: Message): Buffer {
  const pieces: Buffer[] = []
  let at = 0
  for (const segment of message.segments) {
    pieces.push(message.bytes.subarray(at, segment.start), written(segment))
    at = segment.end
  }
  pieces.push(message.bytes.subarray(at))
  return Buffer.concat(pieces)
}

function written(part: Part): Buffer {
  const parts = partsOf(part)
  if (part.level === 'subcomponent' || part.verbatim) return part.message.bytes.subarray(part.start, part.end)
  const between = Buffer.of(separator(part))
  if (isHeader(part)) {
    const [name, , ...rest] = parts
    const fields = [name, ...rest].filter((field) => field !== undefined)
    return join(fields.map(written), between)
  }
  return join(parts.map(written), between)
}

function join(pieces: readonly Buffer[], between: Buffer): Buffer {
  return Buffer.concat(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [between, piece])))
}
