import type { Delimiters } from './delimiters.ts'

const LF = 0x0a

/**
 * Resolves escape sequences on bytes, so that `\Xdd\` means bytes of the message's own character set. Formatting
 * commands become line ends or nothing; a sequence that Rounds does not know stays as it was written.
 */
export function unescapeBytes(bytes: Buffer, delimiters: Delimiters): Buffer {
  const { escape } = delimiters
  if (escape < 0 || !bytes.includes(escape)) return bytes
  const parts: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    const open = bytes.indexOf(escape, at)
    const close = open < 0 ? -1 : bytes.indexOf(escape, open + 1)
    if (close < 0) break
    const meant = meaning(bytes.toString('latin1', open + 1, close), delimiters)
    parts.push(bytes.subarray(at, open))
    // Unknown: the closing byte may open the next sequence.
    parts.push(meant ?? bytes.subarray(open, close))
    at = meant === null ? close : close + 1
  }
  parts.push(bytes.subarray(at))
  return Buffer.concat(parts)
}

function meaning(sequence: string, delimiters: Delimiters): Buffer | null {
  switch (sequence) {
    case 'F':
      return one(delimiters.field)
    case 'S':
      return one(delimiters.component)
    case 'T':
      return one(delimiters.subcomponent)
    case 'R':
      return one(delimiters.repetition)
    case 'E':
      return one(delimiters.escape)
    case 'P': // the truncation character of 2.7
      return Buffer.from('#')
    case 'H': // highlighting on and off
    case 'N':
      return Buffer.alloc(0)
    default:
      if (/^X(?:[0-9a-f]{2})+$/i.test(sequence)) return Buffer.from(sequence.slice(1), 'hex')
      return sequence.startsWith('.') ? formatting(sequence.slice(1)) : null
  }
}

function formatting(command: string): Buffer | null {
  if (command === 'br' || command === 'ce') return one(LF)
  const spaces = /^sp\s*\+?(\d{1,2})?$/.exec(command)
  if (spaces !== null) return Buffer.alloc(Number(spaces[1] ?? 1), LF)
  return /^(?:fi|nf|(?:in|ti|sk)\s*[+-]?\d{0,3})$/.test(command) ? Buffer.alloc(0) : null
}

function one(byte: number): Buffer {
  return byte < 0 ? Buffer.alloc(0) : Buffer.of(byte)
}

/** Writes a text so that no byte of it parts the message; line ends become `\.br\`. */
export function escapeText(text: string, delimiters: Delimiters): string {
  if (delimiters.escape < 0) return text.replaceAll(/[\r\n]+/g, ' ')
  const mark = String.fromCharCode(delimiters.escape)
  const codes = new Map([
    [delimiters.escape, 'E'],
    [delimiters.field, 'F'],
    [delimiters.component, 'S'],
    [delimiters.subcomponent, 'T'],
    [delimiters.repetition, 'R'],
    [0x0b, 'X0B'],
    [0x1c, 'X1C'],
  ])
  let written = ''
  for (const character of text.replaceAll(/\r\n?/g, '\n')) {
    const code = character === '\n' ? '.br' : codes.get(character.charCodeAt(0))
    written += code === undefined ? character : `${mark}${code}${mark}`
  }
  return written
}
