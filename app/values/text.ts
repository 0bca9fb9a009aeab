import { z } from 'zod'

/** Something else than white space. */
export const NOT_BLANK = /\S/
/** No line breaks, no control characters. */
export const ONE_LINE = /^\P{Cc}*$/u
/** Line breaks and tabs, but no other control characters. */
export const PROSE = /^[\P{Cc}\n\r\t]*$/u

/** One line of text that says something. `max` counts UTF-16 units, as forms and databases do. */
export function line(max: number) {
  return z
    .string()
    .max(max, `At most ${max} characters.`)
    .regex(NOT_BLANK, 'Must not be empty.')
    .regex(ONE_LINE, 'Must be one line, without control characters.')
}

/** Text of several lines that says something. */
export function prose(max: number) {
  return z
    .string()
    .max(max, `At most ${max} characters.`)
    .regex(NOT_BLANK, 'Must not be empty.')
    .regex(PROSE, 'Must not hold control characters.')
}

/**
 * Tells the items of a list apart, so that two edits of one list meet at the same item. Made with the item and never
 * changed: a new id, or derived from what the item is.
 */
export const itemKeySchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'Must be a key of letters, digits and . _ : -')

/** How text is compared by people: without accents, without case, white space as one space. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
}
