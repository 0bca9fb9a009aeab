import { partsOf, textOf } from '../parse/message.ts'
import type { Part } from '../parse/message.ts'
import { component } from '../parse/path.ts'
import { partialDate, readTimestamp } from '../parse/timestamp.ts'
import { readXad, readXcn, readXpn, readXtn } from '../parse/types.ts'

// What a value of OBX-5 says in words, where its type (OBX-2) is no number, code or moment of ours.

type Words = (given: Part) => string

const first: Words = (given) => component(given, 1)

function spaced(...words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ')
}

/** Coded values as their words, or what else is written. */
const coded: Words = (given) => component(given, 2) || component(given, 1) || textOf(given)

const person: Words = (given) => {
  const { prefix, given: called, middle, family, suffix } = readXpn(given)
  return spaced(prefix, called, middle, family, suffix)
}

const professional: Words = (given) => {
  const { id, prefix, given: called, middle, family, suffix } = readXcn(given)
  return spaced(prefix, called, middle, family, suffix) || id
}

const address: Words = (given) => {
  const { street, other, city, state, postalCode, country } = readXad(given)
  return [street, other, spaced(city, state, postalCode), country].filter((line) => line !== '').join(', ')
}

const telecom: Words = (given) => {
  const { number, email } = readXtn(given)
  return email.includes('@') ? email : number
}

const days: Words = (given) => {
  const [from, to] = [1, 2].map((at) => {
    const text = component(given, at)
    const stamp = readTimestamp(text)
    return stamp === null ? text : partialDate(stamp)
  })
  return `${from} to ${to}`
}

const array: Words = (given) => partsOf(given).map(textOf).join(', ')

/** By type; what is not named is text as it is written. */
const wordsByType: Readonly<Record<string, Words>> = {
  AD: address,
  CE: coded,
  CF: coded,
  CN: professional,
  CNE: coded,
  CWE: coded,
  CX: first,
  DR: days,
  EI: first,
  HD: first,
  MA: array,
  NA: array,
  PN: person,
  TN: telecom,
  XAD: address,
  XCN: professional,
  XON: first,
  XPN: person,
  XTN: telecom,
}

const plain: ReadonlySet<string> = new Set(['', 'ST', 'TX', 'FT', 'IS', 'ID', 'SI', 'GTS', 'UR'])

export function wordsOf(type: string, given: Part): string {
  return (wordsByType[type] ?? textOf)(given)
}

/** Whether a value of the type is kept as words by right: of others it shows that they could not be read. */
export function isOfWords(type: string): boolean {
  return plain.has(type) || (wordsByType[type] !== undefined && wordsByType[type] !== coded)
}
