import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { encodingOf } from './charset-names.ts'

/**
 * How the bytes of a message become text. `guessed`: the message names no character set, or its bytes are not of the
 * one that it names. `known` is false where it names one that Rounds does not read.
 */
export type Charset = { readonly encoding: string; readonly guessed: boolean; readonly known: boolean }

/**
 * The feed's override comes first, then MSH-18. A message of plain ASCII bytes needs no decision. Senders that write
 * Latin-1 under the name of UTF-8 or of nothing are common: what is valid UTF-8 is read as that, the rest as
 * Windows-1252, and the guess is marked.
 */
export function chooseCharset(bytes: Buffer, declared: string, override: string | null): Charset {
  if (isAscii(bytes)) return { encoding: 'ascii', guessed: false, known: true }
  const name = override ?? declared
  if (name === '') return guess(bytes)
  const encoding = encodingOf(name)
  if (encoding === null) return { ...guess(bytes), known: false }
  if (encoding === 'ascii' || (encoding === 'utf8' && !isUtf8(bytes))) return guess(bytes)
  return { encoding, guessed: false, known: true }
}

function guess(bytes: Buffer): Charset {
  return { encoding: isUtf8(bytes) ? 'utf8' : 'windows-1252', guessed: true, known: true }
}

export function decodeText(bytes: Buffer, encoding: string): string {
  if (encoding === 'ascii') return bytes.toString('latin1')
  if (encoding === 'utf8') return bytes.toString('utf8')
  return iconv.decode(bytes, encoding)
}
