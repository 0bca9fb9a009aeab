import { compact, Folded, HYPHEN, SPACE } from './fold.ts'
import { findDate } from './typed-date.ts'

/**
 * One thing that a record must have, in every form in which a field may hold it. Each form is in code units
 * as fields are folded; empty: it can not be meant so.
 */
export type Term = {
  readonly text: Uint16Array
  readonly identifier: Uint16Array
  /** The identifier without letters and zeros before its number. */
  readonly core: Uint16Array
  /** A telephone number, or the end or a part of one; with zeros before it, and without. */
  readonly phones: readonly Uint16Array[]
  /** Dates, months or years, `YYYY-MM-DD` or a beginning of it; the likelier first. */
  readonly dates: readonly Uint16Array[]
}

/** All terms must be found in a record, in any order. */
export type Reading = readonly Term[]

/** Fewer digits than this match every other number. */
export const LEAST_DIGITS = 3
/** So many digits are one number, however they are grouped. */
const LEAST_WHOLE = 7
const WHOLE_NUMBER = /^[\d\s()+./-]+$/
/** So much of a query is heeded. */
const MOST_TERMS = 12
const MOST_LETTERS = 200

/** Words that people put before a number to say what it is. */
const labels = new Set([
  'mrn',
  'mr',
  'npi',
  'id',
  'no',
  'nr',
  'number',
  'tel',
  'phone',
  'fax',
  'dob',
  'born',
  '#',
])
const NUMBER = /^\+?[\d()+./-]*\d[\d()+./-]*$/

/**
 * What a person may mean by a text: its dates and numbers put together, and every word on its own. A record
 * that fits either is found. Empty where nothing was typed that could be found.
 */
export function readQuery(text: string): readonly Reading[] {
  const pieces = piecesOf(text.slice(0, MOST_LETTERS))
  const together = pieces.flatMap((piece, at) => {
    const next = pieces[at + 1]
    const isLabel = labels.has(piece.text.toLowerCase().replace(/[.:]+$/, '')) && /\d/.test(next?.text ?? '')
    return isLabel ? [] : termOf(piece.text, piece.dates)
  })
  const apart = pieces.flatMap((piece) =>
    isOne(piece) ? termOf(piece.text, piece.dates) : wordTerms(piece.text),
  )
  const readings = [together, apart]
    .map((terms) => terms.slice(0, MOST_TERMS))
    .filter(({ length }) => length > 0)
  return readings.length === 2 && isSame(together, apart) ? [together] : readings
}

/** A date, and a number that is long enough for a telephone: the parts of it are parts of everybody's. */
function isOne({ text, dates }: Piece): boolean {
  return dates.length > 0 || (WHOLE_NUMBER.test(text) && text.replaceAll(/\D/g, '').length >= LEAST_WHOLE)
}

type Piece = { readonly text: string; readonly dates: readonly string[] }

/** Dates as a whole, numbers with spaces within as one, and what else stands between spaces. */
function piecesOf(text: string): Piece[] {
  const date = findDate(text)
  if (date !== null) {
    const own = { text: text.slice(date.from, date.to), dates: date.readings }
    return [...numbersOf(text.slice(0, date.from)), own, ...piecesOf(text.slice(date.to))]
  }
  return numbersOf(text)
}

function numbersOf(text: string): Piece[] {
  const pieces: string[] = []
  let inNumber = false
  for (const part of text.split(/\s+/).filter((part) => part !== '')) {
    const isNumber = NUMBER.test(part)
    const last = pieces.at(-1)
    if (isNumber && inNumber && last !== undefined) pieces[pieces.length - 1] = `${last} ${part}`
    else pieces.push(part)
    inNumber = isNumber
  }
  return pieces.map((piece) => ({ text: piece, dates: [] }))
}

function termOf(text: string, dates: readonly string[]): Term[] {
  const whole = compact(text)
  if (whole === '') return []
  const isNumber = WHOLE_NUMBER.test(text)
  const digits = isNumber ? text.replaceAll(/\D/g, '') : ''
  const hasDigit = /\d/.test(whole)
  return [
    {
      text: codesOf(whole),
      identifier: codesOf(whole),
      core: codesOf(hasDigit ? coreOf(whole) : ''),
      phones:
        digits.length < LEAST_DIGITS
          ? []
          : [...new Set([digits, digits.replace(/^0+/, '')])].filter(isLong).map(codesOf),
      dates: (dates.length > 0 ? dates : yearOf(text)).map(codesOf),
    },
  ]
}

function isLong(digits: string): boolean {
  return digits.length >= LEAST_DIGITS
}

/** `MRN-0042-17` is `4217`. */
export function coreOf(identifier: string): string {
  return identifier.replace(/^\p{L}*0*/u, '')
}

function yearOf(text: string): readonly string[] {
  return /^(?:18|19|20)\d\d$/.test(text) ? [text] : []
}

const folded = new Folded()

function wordTerms(text: string): Term[] {
  folded.fold(text)
  const words: Term[] = []
  let word = ''
  for (let at = 0; at <= folded.length; at += 1) {
    const code = at === folded.length ? SPACE : (folded.codes[at] ?? SPACE)
    if (code !== SPACE && code !== HYPHEN) word += String.fromCharCode(code)
    else {
      words.push(...plainTerm(word))
      word = ''
    }
  }
  return words
}

/** Of a word that is folded already. */
function plainTerm(word: string): Term[] {
  return termOf(word, [])
}

function isSame(a: Reading, b: Reading): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ text, dates }, at) =>
        dates.length === (b[at]?.dates.length ?? 0) && text.join() === b[at]?.text.join(),
    )
  )
}

function codesOf(text: string): Uint16Array {
  return Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
}
