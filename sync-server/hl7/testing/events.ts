import type { AnyDocument } from '#app/kernel/index.ts'
import { message, msh, pv1 } from './messages.ts'

// Events about people who are told apart by one number each, every one a minute later than the last.

let count = 0

export function nextTime(): string {
  count += 1
  const at = new Date(Date.UTC(2026, 4, 10) + count * 60_000)
  return at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)
}

export const mrn = (number: string): string => `${number}^^^GENERAL&2.999.1&ISO^MR`

export const pidOf = (number: string, at = 1): string =>
  `PID|${at}||${mrn(number)}||Vahl^P${number}||19800229|F`

/** An ADT message about one person, or with a PID of its own among `segments`. */
export function adt(trigger: string, person: string, ...segments: readonly string[]): Buffer {
  return adtAt(nextTime(), trigger, person, ...segments)
}

export function adtAt(at: string, trigger: string, person: string, ...segments: readonly string[]): Buffer {
  const first = person.startsWith('PID') ? person : pidOf(person)
  const header = msh({ type: `ADT^${trigger}`, controlId: `${trigger}-${nextTime()}`, time: at })
  return message(header, `EVN|${trigger}|${at}`, first, ...segments)
}

export const admitted = (person: string, visit: string): Buffer =>
  adt('A01', person, pv1({ 2: 'I', 19: `${visit}^^^GENERAL^VN`, 44: '20260511081500' }))

export const merged = (survivor: string, loser: string): Buffer => adt('A40', survivor, `MRG|${mrn(loser)}`)

export function byNumber(all: readonly AnyDocument[], number: string): AnyDocument {
  const found = all.find((one) => numbersIn(one).some(({ value }) => value === number))
  if (found === undefined) throw new Error(`nothing has the number ${number}`)
  return found
}

export function numbersIn(one: AnyDocument): readonly { readonly value: string; readonly use?: string }[] {
  return one['identifiers'] as readonly { value: string; use?: string }[]
}
