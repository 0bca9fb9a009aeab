// How text is made comparable: lower case, without accents, one spelling for letters that people write in
// several ways. Works on code units in buffers that are used again and again, since it runs over every
// searched field of every record.

/** Between words. */
export const SPACE = 0x20
/** Between the parts of a compound: `Anna-Lena` is two words, and one. */
export const HYPHEN = 0x2d

const DROPPED = 0
/** Takes the longest decomposition that Unicode has. */
const SLACK = 32

const apostrophes = "'`´ʻʼʹʽ‘’‛′＇"
const hyphens = '-‐‑–－/'
/** Letters that no decomposition takes apart. */
const spellings = new Map(
  Object.entries({
    ß: 'ss',
    ẞ: 'ss',
    ł: 'l',
    Ł: 'l',
    ø: 'o',
    Ø: 'o',
    đ: 'd',
    Đ: 'd',
    ð: 'd',
    Ð: 'd',
    ħ: 'h',
    Ħ: 'h',
    æ: 'ae',
    Æ: 'ae',
    œ: 'oe',
    Œ: 'oe',
    þ: 'th',
    Þ: 'th',
    ı: 'i',
    ŧ: 't',
    Ŧ: 't',
    ς: 'σ',
  }),
)

/**
 * Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, from and to. Vowel signs of other scripts
 * are letters.
 */
const accents: readonly (readonly [number, number])[] = [
  [0x300, 0x36f],
  [0x591, 0x5c7],
  [0x610, 0x61a],
  [0x640, 0x640],
  [0x64b, 0x65f],
  [0x670, 0x670],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe20, 0xfe2f],
]
const INVISIBLE = /[\u00ad\p{Cf}\ufe00-\ufe0f]/u
const PART_OF_WORD = /[\p{L}\p{N}\p{M}]/u

const buffers: Folded[] = []

/** Overwrites the texts that were folded last: the buffers outlive what they were filled from. */
export function eraseFolded(): void {
  for (const buffer of buffers) {
    buffer.codes.fill(0)
    buffer.length = 0
  }
}

/** Text as code units to be compared, and where in the text each comes from. Made once by each who needs one. */
export class Folded {
  codes = new Uint16Array(1024)
  /** The index of the code unit, in the text that was folded, behind each code. */
  sources = new Int32Array(1024)
  length = 0

  constructor() {
    buffers.push(this)
  }

  /** Empty, with room for so many codes. */
  clear(room: number): void {
    this.length = 0
    this.#makeRoom(room)
  }

  fold(text: string): void {
    this.clear(text.length + SLACK)
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code < 0x80) {
        const folded = ascii[code] ?? SPACE
        // Written out, since nearly every character of every record passes here.
        this.codes[this.length] = folded
        this.sources[this.length] = at
        if (folded !== DROPPED) this.length += 1
      } else {
        const point = text.codePointAt(at) ?? code
        this.#makeRoom(this.length + text.length - at + SLACK)
        for (const folded of foldsOf(point)) this.put(folded, at)
        if (point > 0xffff) at += 1
      }
    }
  }

  put(code: number, source: number): void {
    this.codes[this.length] = code
    this.sources[this.length] = source
    this.length += 1
  }

  #makeRoom(needed: number): void {
    if (needed <= this.codes.length) return
    const [codes, sources] = [this.codes, this.sources]
    this.codes = new Uint16Array(needed * 2)
    this.sources = new Int32Array(needed * 2)
    this.codes.set(codes)
    this.sources.set(sources)
  }
}

const ascii = Uint16Array.from({ length: 0x80 }, (_, code) => {
  const char = String.fromCharCode(code)
  if (apostrophes.includes(char)) return DROPPED
  if (hyphens.includes(char)) return HYPHEN
  return /[a-z0-9]/i.test(char) ? char.toLowerCase().charCodeAt(0) : SPACE
})

const folds = new Map<number, Uint16Array>()

function foldsOf(point: number): Uint16Array {
  const known = folds.get(point)
  if (known !== undefined) return known
  const made = Uint16Array.from(foldedCharacter(String.fromCodePoint(point)), (unit) => unit.charCodeAt(0))
  folds.set(point, made)
  return made
}

/** The code units of one character, each as a string. */
function foldedCharacter(char: string): string[] {
  if (apostrophes.includes(char)) return []
  const parts = Array.from(spellings.get(char) ?? char.normalize('NFKD'))
  const lower = parts.flatMap((part) => Array.from(spellings.get(part) ?? part.toLowerCase()))
  return lower.flatMap((part) => {
    if (isAccent(part) || INVISIBLE.test(part)) return []
    if (PART_OF_WORD.test(part)) return part.split('')
    return hyphens.includes(part) ? ['-'] : [' ']
  })
}

function isAccent(char: string): boolean {
  const point = char.codePointAt(0) ?? 0
  return accents.some(([from, to]) => point >= from && point <= to)
}

const scratch = new Folded()

/** Words of comparable letters and digits with single spaces between: `Müller-Díaz` is `muller diaz`. */
export function normalised(text: string): string {
  scratch.fold(text)
  return textOf(scratch.codes, scratch.length).replaceAll(/[ -]+/g, ' ').trim()
}

/** Letters and digits only: how an identifier is compared, whatever stands between its groups. */
export function compact(text: string): string {
  return normalised(text).replaceAll(' ', '')
}

function textOf(codes: Uint16Array, length: number): string {
  let text = ''
  // In parts: a call takes only so many arguments.
  for (let at = 0; at < length; at += 4096)
    text += String.fromCharCode(...codes.subarray(at, Math.min(length, at + 4096)))
  return text
}
