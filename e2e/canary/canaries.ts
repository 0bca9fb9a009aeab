// Strings that stand nowhere else: what of them is found on a disk was written there by us. All begin with one stem, so
// that a search looks for a few patterns only, and each has a number of its own.

/** Eight letters that no word, no code and no library has; small letters, so that folding leaves them as they are. */
export const STEM = 'zxvqkwjy'
/** Digits of a canary's number, in base 36. */
const DIGITS = 4

export type Canary = { readonly code: string; readonly place: string }

export type Canaries = {
  /** A new one for a place such as `patients.note`. The first letter is free: it stays out of the search. */
  next(place: string): string
  all(): readonly Canary[]
}

export function newCanaries(): Canaries {
  const made: Canary[] = []
  return {
    all: () => made,
    next(place) {
      const code = made.length.toString(36).padStart(DIGITS, '0')
      made.push({ code, place })
      return `q${STEM}${code}`
    },
  }
}

const PATTERN = new RegExp(`${STEM}([0-9a-z]{${DIGITS}})`, 'gi')

/** The numbers of the canaries that stand in a text, in capitals or not. */
export function codesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(PATTERN)].map(([, code = '']) => code.toLowerCase()))
}
