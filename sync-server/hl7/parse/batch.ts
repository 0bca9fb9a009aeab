import { readDelimiters } from './delimiters.ts'
import type { Delimiters } from './delimiters.ts'
import { CR, LF, lineEnd } from './message.ts'

// Batches and files: FHS … FTS around BHS … BTS around messages, all of which HL7 lets a sender leave out: then several messages
// stand one after the other. Where the counts in BTS and FTS say otherwise, what came counts.

type Header = {
  readonly delimiters: Delimiters
  /** The fields of the header line as bytes, the name first: field n is at n - 1 beyond the separators. */
  readonly fields: readonly string[]
}

export type Batch = {
  readonly messages: readonly Buffer[]
  readonly file: Header | null
  readonly batch: Header | null
}

const envelope: ReadonlySet<string> = new Set(['FHS', 'BHS', 'BTS', 'FTS'])

/**
 * Null where the bytes are no batch, file or row of messages, or hold neither a message nor a header that can be read. What
 * stands in an envelope outside of any message is one that can't be read: nothing of it is passed over.
 */
export function readBatch(received: Buffer): Batch | null {
  const [, first] = /^[\ufeff\s]*([FB]HS|MSH)/.exec(received.toString('utf8', 0, 16)) ?? []
  if (first === undefined) return null
  const bytes = received.subarray(received.indexOf(first))
  if (first === 'MSH') return rowOf(bytes)
  const messages: Buffer[] = []
  const headers = new Map<string, Header>()
  let start: number | null = null
  const end = (at: number): void => {
    if (start !== null) messages.push(bytes.subarray(start, at))
    start = null
  }
  for (const line of linesOf(bytes)) {
    const name = nameOf(bytes, line)
    if (envelope.has(name) || name === 'MSH') end(line.start)
    if (!envelope.has(name)) start ??= line.start
    const header = headers.has(name) ? null : headerOf(bytes, line)
    if (header !== null) headers.set(name, header)
  }
  end(bytes.length)
  if (messages.length === 0 && headers.size === 0) return null
  return { messages, file: headers.get('FHS') ?? null, batch: headers.get('BHS') ?? null }
}

/** Null where there is one message only, as nearly always. */
function rowOf(bytes: Buffer): Batch | null {
  const starts = [0]
  for (let at = bytes.indexOf('MSH', 3); at >= 0; at = bytes.indexOf('MSH', at + 3)) {
    const beginsLine = bytes[at - 1] === CR || bytes[at - 1] === LF
    if (beginsLine && readDelimiters(bytes, at, lineEnd(bytes, at)) !== null) starts.push(at)
  }
  if (starts.length === 1) return null
  const messages = starts.map((start, index) => bytes.subarray(start, starts[index + 1]))
  return { messages, file: null, batch: null }
}

/** The messages of a file, which may hold one, or several with or without an envelope. What is none is one by itself. */
export function messagesIn(bytes: Buffer): readonly Buffer[] {
  return readBatch(bytes)?.messages ?? [bytes]
}

type Line = { readonly start: number; readonly end: number }

function linesOf(bytes: Buffer): readonly Line[] {
  const lines: Line[] = []
  let start = 0
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = bytes[at]
    if (at < bytes.length && byte !== 0x0d && byte !== 0x0a) continue
    if (at > start) lines.push({ start, end: at })
    start = at + 1
  }
  return lines
}

function nameOf(bytes: Buffer, { start }: Line): string {
  return bytes.toString('latin1', start, start + 3)
}

function headerOf(bytes: Buffer, line: Line): Header | null {
  const name = nameOf(bytes, line)
  if (name !== 'FHS' && name !== 'BHS') return null
  const delimiters = readDelimiters(bytes, line.start, line.end)
  if (delimiters === null) return null
  const text = bytes.toString('latin1', line.start, line.end)
  return { delimiters, fields: text.split(String.fromCharCode(delimiters.field)) }
}

/** The answers to the messages of a batch, in an envelope that answers its envelope. */
export function answerBatch(
  { file, batch }: Pick<Batch, 'file' | 'batch'>,
  answers: readonly Buffer[],
  controlId: string,
  time: string,
): Buffer {
  const parts: Buffer[] = []
  if (file !== null) parts.push(opening('FHS', file, controlId, time))
  if (batch !== null)
    parts.push(opening('BHS', batch, controlId, time), ...answers, closing('BTS', batch, answers.length))
  else parts.push(...answers)
  if (file !== null) parts.push(closing('FTS', file, 1))
  return Buffer.concat(parts)
}

/** Sender and receiver change places; the last field names the batch that is answered. */
function opening(name: string, { delimiters, fields }: Header, controlId: string, time: string): Buffer {
  const at = (field: number): string => fields[field - 1] ?? ''
  const by = String.fromCharCode(delimiters.field)
  const written = [name, at(2), at(5), at(6), at(3), at(4), time, '', '', '', controlId, at(11)]
  return Buffer.from(`${written.join(by)}\r`, 'latin1')
}

function closing(name: string, { delimiters }: Header, count: number): Buffer {
  return Buffer.from(`${name}${String.fromCharCode(delimiters.field)}${count}\r`)
}
