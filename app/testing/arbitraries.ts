import fc from 'fast-check'
import type { z } from 'zod'
import type { $ZodType, $ZodTypes } from 'zod/v4/core'
import {
  canonicalJson,
  derivedId,
  documentSchema,
  idSchema,
  instantSchema,
  scopeSchema,
} from '../kernel/index.ts'
import type { DocumentOf, FieldSpecs, ModuleDefinition } from '../kernel/index.ts'
import {
  codeSystems,
  codingSchema,
  currencySchema,
  dateSchema,
  identifier,
  identifierSchema,
  isNpi,
  localTimeSchema,
  npiOf,
  npiSchema,
  partialDateSchema,
  telecomSchema,
  timeZoneSchema,
} from '../values/index.ts'
import { limitsOf } from './limits.ts'
import { stringsOf } from './strings.ts'

// Whole documents of every module, from the schemas alone: a module that is added is generated without a line here.
// Only where a schema has a rule that chance would never meet (a check digit, a derived key) does it get help.

const milliseconds = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2099, 11, 31) })
const instants = milliseconds.map((at) => new Date(at).toISOString())
const days = instants.map((at) => at.slice(0, 10))
const word = fc.stringMatching(/^[A-Za-zÀ-ÿ]{1,12}$/)

/** Ids of a small world, so that records meet; and new ones. */
const ids = fc.integer({ min: 0, max: 400 }).map((number) => derivedId('arbitrary', number))

const authorities = fc.constantFrom(
  { namespace: 'RIVERSIDE' },
  { universalId: '2.25.1', universalIdType: 'ISO' },
)

const helped = new Map<unknown, fc.Arbitrary<unknown>>([
  [idSchema, ids],
  [instantSchema, instants],
  [
    scopeSchema,
    fc.oneof(
      fc.constant('org'),
      ids.map((id) => `site:${id}`),
    ),
  ],
  [dateSchema, days],
  [partialDateSchema, fc.tuple(days, fc.constantFrom(4, 7, 10)).map(([day, length]) => day.slice(0, length))],
  [localTimeSchema, instants.map((at) => at.slice(0, 19))],
  [timeZoneSchema, fc.constantFrom('America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Apia')],
  [currencySchema, fc.constantFrom('USD', 'EUR', 'JPY', 'KWD')],
  [
    npiSchema,
    fc
      .integer({ min: 0, max: 99_999_999 })
      .map((n) => npiOf(`1${String(n).padStart(8, '0')}`))
      .filter(isNpi),
  ],
  [
    codingSchema,
    fc.constantFrom(
      { system: codeSystems.loinc, code: '2345-7', display: 'Glucose' },
      { system: codeSystems.icd10cm, code: 'E11.9' },
      { system: codeSystems.snomed, code: '73211009' },
      { system: 'urn:rounds:local:test', code: 'A1' },
    ),
  ],
  [
    identifierSchema,
    fc
      .record(
        { value: word, type: fc.constantFrom('MR', 'VN', 'FILL'), authority: authorities },
        { requiredKeys: ['value', 'type'] },
      )
      .map(identifier),
  ],
  [
    telecomSchema,
    fc.record({
      key: word.map((text) => `k${text.length}`),
      system: fc.constantFrom('phone', 'email'),
      value: fc.integer({ min: 0, max: 99 }).map((n) => `555-01${n}@example.org`),
      use: fc.constantFrom('home', 'mobile'),
      confidential: fc.boolean(),
    }),
  ],
])

/** Values of a schema, as JSON holds them: members that are absent are not there at all. */
export function valuesOf<Schema extends z.ZodType>(schema: Schema): fc.Arbitrary<z.infer<Schema>> {
  return build(schema) as fc.Arbitrary<z.infer<Schema>>
}

function build(schema: $ZodType): fc.Arbitrary<unknown> {
  const help = helped.get(schema)
  if (help !== undefined) return help
  const made = byType(schema as $ZodTypes)
  // Rules over several members, such as "a code or a text is needed".
  return schema._zod.def.checks === undefined || schema._zod.def.type === 'number'
    ? made
    : made.filter((value) => (schema as z.ZodType).safeParse(value).success)
}

function byType(schema: $ZodTypes): fc.Arbitrary<unknown> {
  const { def } = schema._zod
  switch (def.type) {
    case 'string':
      return stringsOf(schema)
    case 'number':
      return numbersOf(schema)
    case 'boolean':
      return fc.boolean()
    case 'literal':
      return fc.constantFrom(...def.values)
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries))
    case 'nullable':
      return fc.option(build(def.innerType), { nil: null })
    case 'optional':
      return build(def.innerType)
    case 'union':
      return fc.oneof(...def.options.map(build))
    case 'array':
      return listsOf(schema, build(def.element))
    case 'record':
      return fc.dictionary(keysOf(def.keyType), build(def.valueType), {
        maxKeys: 2,
        noNullPrototype: true,
      })
    case 'object':
      return objectsOf(def.shape)
    case 'custom':
      // `jsonSchema`, the only test among the schemas here.
      return fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.array(word, { maxLength: 2 }))
    default:
      throw new Error(`no arbitrary for schemas of type ${def.type}: add a case`)
  }
}

function objectsOf(shape: Readonly<Record<string, $ZodType>>): fc.Arbitrary<unknown> {
  const members = Object.entries(shape)
  const required = members.filter(([, member]) => member._zod.def.type !== 'optional').map(([name]) => name)
  const arbitraries = Object.fromEntries(members.map(([name, member]) => [name, build(member)]))
  return fc.record(arbitraries, { requiredKeys: required, noNullPrototype: true })
}

function listsOf(schema: $ZodType, items: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const limits = limitsOf(schema)
  const minLength = Math.max(0, limits.least)
  const maxLength = Math.max(minLength, Math.min(limits.most, 3))
  return fc.uniqueArray(items, { minLength, maxLength, selector: identityOf })
}

/** What tells items of a list apart: their key where they have one. */
function identityOf(item: unknown): string {
  const members = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {}
  return canonicalJson(members['key'] ?? members['id'] ?? members['code'] ?? members['language'] ?? item)
}

function numbersOf(schema: $ZodType): fc.Arbitrary<number> {
  const { least, most } = limitsOf(schema)
  return fc.integer({ min: Math.max(least, -1_000_000), max: Math.min(most, 1_000_000) })
}

/** Whole documents of a module. */
export function documentsOf<Fields extends FieldSpecs>(
  module: ModuleDefinition<string, string, Fields>,
): fc.Arbitrary<DocumentOf<Fields>> {
  return valuesOf(documentSchema(module)).map((document) => ({ ...document, kind: module.kind }))
}

/** No record can hold this key: zod leaves it out, as it must. */
function keysOf(schema: $ZodType): fc.Arbitrary<string> {
  return (build(schema) as fc.Arbitrary<string>).filter((key) => key !== '__proto__')
}
