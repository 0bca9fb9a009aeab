import { z } from 'zod'
import { jsonSchema, sameJson } from '#app/kernel/index.ts'
import type { Json } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { modules } from '#app/modules/index.ts'
import { instantOf } from '#app/values/index.ts'
import type { CodeableConcept } from '#app/values/index.ts'
import {
  addressValue,
  codingValue,
  conceptValue,
  nameValue,
  professionalValue,
  telecomValue,
} from './values.ts'
import type { Component, Repetition } from './segments.ts'
import { writeField } from './segments.ts'

// Whether a sender says of a field what we hold already. Its words are HL7's, which know less than ours: another order of
// given names in one component, no `confidential`, keys of its own. What is the same in HL7 is the same, and keeps what only
// we know; lists take the sender's keys, so that its next correction changes these items and adds none.

/** What should be held from now on; undefined where the two differ. */
export function agreedValue(module: ModuleName, field: string, said: Json, held: Json): Json | undefined {
  const list = module === 'patients' ? lists[field] : undefined
  if (list !== undefined) return agreedList(list, said, held)
  const scalar = scalars[module]?.[field]
  return scalar !== undefined && sameWords(scalar(said), scalar(held)) ? held : undefined
}

/** An item as HL7 says it; null where it is not said at all. */
type Words = (item: Json) => string | null

const { fields } = modules.patients
const { fields: booked } = modules.appointments

function itemsOf<Value extends object>(
  schema: z.ZodType<readonly Value[]>,
  write: (value: Value) => Repetition | null,
): Words {
  return (item) => {
    const [value] = schema.safeParse([item]).data ?? []
    if (value === undefined || ('confidential' in value && value.confidential === true)) return null
    const written = write(value)
    return written === null ? null : writeField([written])
  }
}

const lists: Readonly<Record<string, Words>> = {
  names: itemsOf(fields.names.schema, nameValue),
  addresses: itemsOf(fields.addresses.schema, addressValue),
  telecoms: itemsOf(fields.telecoms.schema, telecomValue),
}

type ScalarWords = Readonly<Record<string, (value: Json) => readonly string[] | null>>

/** Codes, without the words that each system has for them. */
const ofPatients: ScalarWords = {
  races: (value) => codesOf(fields.races.schema.safeParse(value).data?.map(codingValue)),
  ethnicities: (value) => codesOf(fields.ethnicities.schema.safeParse(value).data?.map(codingValue)),
  maritalStatus: (value) => {
    const concept = fields.maritalStatus.schema.safeParse(value).data
    return concept === undefined || concept === null ? null : codesOf([conceptValue(concept)])
  },
  languages: (value) => {
    const spoken = fields.languages.schema.safeParse(value).data
    const first = spoken?.find(({ preferred }) => preferred) ?? spoken?.[0]
    return first === undefined ? null : [first.language]
  },
}

const ofAppointments: ScalarWords = {
  start: (value) => {
    const start = booked.start.schema.safeParse(value).data
    return start === undefined ? null : [instantOf(start)]
  },
  service: (value) => codesOf([booked.service.schema.safeParse(value).data].flatMap(conceptIn)),
  reason: (value) => codesOf([booked.reason.schema.safeParse(value).data].flatMap(conceptIn)),
  practitioner: (value) => {
    const professional = booked.practitioner.schema.safeParse(value).data
    return professional ? [writeField([professionalValue(professional)])] : null
  },
}

const scalars: Readonly<Partial<Record<ModuleName, ScalarWords>>> = {
  patients: ofPatients,
  appointments: ofAppointments,
}

function conceptIn(concept: CodeableConcept | null | undefined): Repetition[] {
  return concept === undefined || concept === null ? [] : [conceptValue(concept)]
}

/** Null where one has no code: two concepts that are only said in words are no more alike for that. */
function codesOf(written: readonly Repetition[] | undefined): readonly string[] | null {
  if (written === undefined || written.some(([code]) => (code ?? '') === '')) return null
  return written.map(([code, , system]) => writeField([[code ?? '', plain(system)]])).toSorted()
}

/** Names of local code systems come back in capitals, without what a URI can't hold. */
function plain(system: Component | undefined): string {
  return typeof system === 'string' ? system.toUpperCase().replaceAll(/[^A-Z0-9.-]+/g, '-') : ''
}

function sameWords(said: readonly string[] | null, held: readonly string[] | null): boolean {
  return said !== null && held !== null && sameJson(said, held)
}

const itemsSchema = z.array(z.object({ key: z.string() }).catchall(jsonSchema))

function agreedList(words: Words, said: Json, held: Json): Json | undefined {
  const [theirs, ours] = [itemsSchema.safeParse(said).data, itemsSchema.safeParse(held).data]
  if (theirs === undefined || ours === undefined) return undefined
  const open = new Map<string, string[]>()
  for (const item of theirs) {
    const word = words(item)
    if (word === null) return undefined
    open.set(word, [...(open.get(word) ?? []), item.key])
  }
  const taken = new Set(theirs.map(({ key }) => key))
  const kept: Json[] = []
  for (const item of ours) {
    const word = words(item)
    const key = word === null ? freeKey(item.key, taken) : open.get(word)?.shift()
    if (key === undefined) return undefined
    kept.push({ ...item, key })
  }
  const isWhole = [...open.values()].every((keys) => keys.length === 0)
  return isWhole ? kept : undefined
}

/** An item that only we have steps aside where the sender uses its key for another. */
function freeKey(key: string, taken: ReadonlySet<string>): string {
  return taken.has(key) ? `${key}-own`.slice(-64) : key
}
