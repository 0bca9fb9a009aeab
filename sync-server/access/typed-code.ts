import { randomInt } from 'node:crypto'

// Codes that people read in one place and type in another.

/** Without I, L, O and U (Crockford's base 32): nobody reads one for another. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Five random bits a character. */
export function newCode(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** In groups of four, as it is shown. */
export function inGroups(code: string): string {
  return code.replaceAll(/(.{4})(?=.)/g, '$1-')
}

/** As people type it: in any case, with or without its dashes, `O` for `0`, `I` or `L` for `1`. */
export function normalCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
}
