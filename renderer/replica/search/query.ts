import { compact, digits, normalised, typedDate } from './normalise.ts'

/** What a person typed, in every form that a field can be compared with. */
export type Query = {
  /** Each must be found somewhere in a record. */
  readonly words: readonly string[]
  readonly phrase: string
  readonly compact: string
  /** Empty unless what was typed looks like a part of a telephone number. */
  readonly digits: string
  readonly date: string | null
}

/** Fewer digits than this match every other number. */
const LEAST_DIGITS = 3

export function readQuery(text: string): Query {
  const phrase = normalised(text)
  const number = /^[\d\s()+./-]+$/.test(text.trim()) ? digits(text) : ''
  return {
    phrase,
    words: phrase.split(' ').filter((word) => word !== ''),
    compact: compact(text),
    digits: number.length >= LEAST_DIGITS ? number : '',
    date: typedDate(text),
  }
}
