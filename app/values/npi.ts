import { z } from 'zod'
import { passesLuhn } from './luhn.ts'

/** The card issuer prefix under which an NPI is checked: health applications, United States. */
const ISSUER = '80840'

/** Ten digits, the first 1 or 2, the last the Luhn check digit over the prefixed number (45 CFR 162.406). */
export function isNpi(text: string): boolean {
  return /^[12]\d{9}$/.test(text) && passesLuhn(ISSUER + text)
}

/** The NPI of nine digits: appends the check digit. */
export function npiOf(nineDigits: string): string {
  const npi = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
    .map((check) => nineDigits + check)
    .find((candidate) => isNpi(candidate))
  if (npi === undefined) throw new Error('an NPI has nine digits before its check digit, the first 1 or 2')
  return npi
}

/** National Provider Identifier. */
export const npiSchema = z
  .string()
  .max(10, 'An NPI has ten digits.')
  .refine(isNpi, 'This is no valid NPI: its check digit does not match.')
