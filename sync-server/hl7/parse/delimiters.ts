/** The bytes that part a message, as its MSH-1 and MSH-2 name them. -1: this message has none. */
export type Delimiters = {
  readonly field: number
  readonly component: number
  readonly repetition: number
  readonly escape: number
  readonly subcomponent: number
}

export const standardDelimiters: Delimiters = {
  field: 0x7c, // |
  component: 0x5e, // ^
  repetition: 0x7e, // ~
  escape: 0x5c, // \
  subcomponent: 0x26, // &
}

/** A printable ASCII byte that can't be taken for part of a value. */
function canPart(byte: number): boolean {
  const digitOrLetter =
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
  return byte > 0x20 && byte < 0x7f && !digitOrLetter
}

/**
 * Reads MSH-1 and MSH-2 of a header segment (MSH, FHS or BHS). Null when they are absent, no punctuation, or the same
 * byte twice: then nothing of the message can be read with certainty. The truncation character of 2.7 (a fifth byte of
 * MSH-2) parts nothing and is passed over.
 */
export function readDelimiters(bytes: Buffer, start: number, end: number): Delimiters | null {
  const field = bytes[start + 3]
  if (field === undefined || start + 4 >= end || !canPart(field)) return null
  const close = bytes.indexOf(field, start + 4)
  const encoding = bytes.subarray(start + 4, close < 0 || close > end ? end : close)
  if (encoding.length === 0 || encoding.length > 5) return null
  const all = [field, ...encoding]
  if (!all.every(canPart) || new Set(all).size !== all.length) return null
  const [component = -1, repetition = -1, escape = -1, subcomponent = -1] = encoding
  return { field, component, repetition, escape, subcomponent }
}
