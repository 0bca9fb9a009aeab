import { EditDistance, LONGEST_PATTERN } from './edit-distance.ts'
import type { Term } from './query.ts'
import { kinds } from './vocabulary.ts'

/** How well a word answers a term, the best first; 0: not at all. */
export const grades = {
  wholeNumber: 1,
  numberStart: 2,
  word: 3,
  wordStart: 4,
  numberPart: 5,
  wordPart: 6,
  oneTypo: 7,
  twoTypos: 8,
} as const

/** A number that is shorter is no beginning of one that a person has in mind, but a part of any. */
const LEAST_START = 4
/** As many digits say which telephone is meant, whatever the country and the area. */
const LOCAL_NUMBER = 7
const LONGEST_COUNTRY_CODE = 4
/** Two letters of an identifier are the fewest that tell anything. */
const LEAST_PART = 2
const ZERO = 0x30
const NINE = 0x39

/** How words of one kind answer one term. */
export type Grader = (codes: Uint16Array, from: number, length: number) => number

/** By the kind of a word. Good until the next term's graders are asked for. */
export function gradersOf(term: Term): readonly Grader[] {
  const graders: Grader[] = []
  graders[kinds.text] = textGrader(term.text)
  graders[kinds.identifier] = (codes, from, length) => gradeIdentifier(term, codes, from, length)
  graders[kinds.phone] = (codes, from, length) => gradePhone(term.phones, codes, from, length)
  graders[kinds.date] = (codes, from, length) => gradeDate(term.dates, codes, from, length)
  return graders
}

/** So many typing errors are forgiven in a word of so many letters. */
export function forgiven(length: number): 0 | 1 | 2 {
  if (length < 4) return 0
  return length < 8 ? 1 : 2
}

const distance = new EditDistance()

/** Forgets the term that was asked for last. */
export function forgetTerm(): void {
  distance.set(new Uint16Array(0))
}

function textGrader(text: Uint16Array): Grader {
  if (text.length === 0) return () => 0
  // Another number is another person: no digit is forgiven.
  const mistypable = text.length <= LONGEST_PATTERN && !text.some(isDigit)
  if (mistypable) distance.set(text)
  return (codes, from, length) => {
    const at = indexIn(codes, from, length, text)
    if (at === 0) return length === text.length ? grades.word : grades.wordStart
    if (at > 0) return grades.wordPart
    const most = forgiven(length)
    if (!mistypable || most === 0 || Math.abs(length - text.length) > most) return 0
    const typos = distance.to(codes, from, length, most)
    if (typos > most) return 0
    return typos === 1 ? grades.oneTypo : grades.twoTypos
  }
}

function gradeIdentifier(
  { identifier, core }: Term,
  codes: Uint16Array,
  from: number,
  length: number,
): number {
  if (identifier.length < LEAST_PART) return 0
  const at = indexIn(codes, from, length, identifier)
  if (at === 0 && length === identifier.length) return grades.wholeNumber
  if (at === 0 && identifier.length >= LEAST_START) return grades.numberStart
  const inCore = core.length === 0 ? 0 : gradeCore(core, identifier, codes, from, length)
  if (inCore !== 0) return inCore
  return at === -1 ? 0 : grades.numberPart
}

/** Letters and zeros before the number may be missing, or be more: but `MRN42` is not `ACC42`. */
function gradeCore(
  core: Uint16Array,
  typed: Uint16Array,
  codes: Uint16Array,
  from: number,
  length: number,
): number {
  let letters = 0
  while (letters < length && !isDigit(codes[from + letters] ?? 0)) letters += 1
  let typedLetters = 0
  while (typedLetters < typed.length && !isDigit(typed[typedLetters] ?? 0)) typedLetters += 1
  const isOther = letters > 0 && typedLetters > 0
  if (
    isOther &&
    (letters !== typedLetters || indexIn(codes, from, letters, typed.subarray(0, letters)) !== 0)
  )
    return 0
  let start = letters
  while (start < length - 1 && codes[from + start] === ZERO) start += 1
  const at = indexIn(codes, from + start, length - start, core)
  if (at === 0 && length - start === core.length) return grades.wholeNumber
  if (core.length < LEAST_START - 1 || at === -1) return 0
  return at === 0 && core.length >= LEAST_START ? grades.numberStart : grades.numberPart
}

function gradePhone(
  phones: readonly Uint16Array[],
  codes: Uint16Array,
  from: number,
  length: number,
): number {
  let best = 0
  for (const phone of phones) {
    const grade = gradeNumber(phone, codes, from, length)
    if (grade !== 0 && (best === 0 || grade < best)) best = grade
  }
  return best
}

function gradeNumber(phone: Uint16Array, codes: Uint16Array, from: number, length: number): number {
  const longer = phone.length - length
  if (longer > 0) {
    const isCountry = length >= LOCAL_NUMBER && longer <= LONGEST_COUNTRY_CODE
    const own = codes.subarray(from, from + length)
    return isCountry && indexIn(phone, longer, length, own) === 0 ? grades.wholeNumber : 0
  }
  const isEnd = indexIn(codes, from - longer, phone.length, phone) === 0
  if (isEnd && (longer === 0 || phone.length >= LOCAL_NUMBER)) return grades.wholeNumber
  if (isEnd && phone.length >= LEAST_START) return grades.numberStart
  const at = indexIn(codes, from, length, phone)
  if (at === -1) return 0
  return at === 0 && phone.length >= LEAST_START ? grades.numberStart : grades.numberPart
}

/** A date that is known less exactly than was typed may be the one. */
function gradeDate(dates: readonly Uint16Array[], codes: Uint16Array, from: number, length: number): number {
  for (let reading = 0; reading < dates.length; reading += 1) {
    const date = dates[reading] ?? new Uint16Array(0)
    const common = Math.min(date.length, length)
    if (indexIn(codes, from, common, date.subarray(0, common)) !== 0) continue
    if (date.length === length && length > 4) return reading === 0 ? grades.wholeNumber : grades.numberStart
    return date.length < length && date.length > 4 ? grades.numberStart : grades.numberPart
  }
  return 0
}

/** Where a part begins in `codes[from]` of `length`, or -1. An empty part is nowhere. */
export function indexIn(codes: Uint16Array, from: number, length: number, part: Uint16Array): number {
  const size = part.length
  if (size === 0) return -1
  const first = part[0]
  const last = from + length - size
  for (let at = from; at <= last; at += 1) {
    if (codes[at] !== first) continue
    let same = 1
    while (same < size && codes[at + same] === part[same]) same += 1
    if (same === size) return at - from
  }
  return -1
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

/** What counts of a term's answer: the grade, and within it the place where the word stands. */
export function costOf(grade: number, place: number): number {
  return grade * 4 + place
}

/** The worst answer decides, then all of them. Lower is better. */
export function rankOf(costs: readonly number[]): number {
  return Math.max(...costs) * 1024 + costs.reduce((sum, cost) => sum + cost, 0)
}
