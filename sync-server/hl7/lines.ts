import iconv from 'iconv-lite'
import { err, ok } from '#app/kernel/index.ts'
import type { Result } from '#app/kernel/index.ts'
import type { Fault } from './ack.ts'
import { decodeText } from './parse/charset.ts'
import { parseMessage } from './parse/message.ts'
import type { Message } from './parse/message.ts'

// A message as a person reads and edits it: a line a segment, separators and escapes as they stand.

/** The lines of a message, or of bytes that are none. */
export function linesOf(bytes: Buffer, message: Message | null): string[] {
  if (message === null) return bytes.toString('latin1').split(/[\r\n]+/)
  return message.segments.map(({ start, end }) =>
    decodeText(bytes.subarray(start, end), message.charset.encoding),
  )
}

/**
 * The bytes of lines, in the character set that the message itself or the feed's override names, UTF-8 where neither
 * does: so what is read back is what was written. A character that the set has no place for is a fault.
 */
export function bytesOf(lines: readonly string[], override: string | null): Result<Buffer, Fault> {
  const text = lines.map((line) => `${line.replaceAll(/[\r\n]+/g, '')}\r`).join('')
  const draft = Buffer.from(text)
  const parsed = parseMessage(draft, () => override)
  const encoding = parsed.ok ? parsed.value.charset.encoding : 'utf8'
  if (encoding === 'ascii' || encoding === 'utf8') return ok(draft)
  const bytes = iconv.encode(text, encoding)
  const back = decodeText(bytes, encoding)
  if (back === text) return ok(bytes)
  const line = text.slice(0, differsAt(text, back)).split('\r').length
  return err({ code: 'hl7.charset', facts: { charset: encoding, line } })
}

function differsAt(one: string, other: string): number {
  let at = 0
  while (one[at] === other[at]) at += 1
  return at
}
