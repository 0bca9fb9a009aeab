import type { AnyDocument, Json } from '#app/kernel/index.ts'
import { identifierSchema } from '#app/values/index.ts'
import type { Identifier } from '#app/values/index.ts'

// The identifiers of records, as merges and moves change them.

export function numbersOf(doc: AnyDocument): Identifier[] {
  const parsed = identifierSchema.array().safeParse(doc['identifiers'])
  return parsed.success ? parsed.data : []
}

export function withNumbers(known: readonly Identifier[], more: readonly Identifier[]): Identifier[] {
  return [...new Map([...known, ...more].map((one) => [one.key, one])).values()].slice(0, 16)
}

export function former(one: Identifier): Identifier {
  return { ...one, use: 'old' }
}

export function jsonOf(identifiers: readonly Identifier[]): Json {
  return identifiers.map((one) => Object.fromEntries(Object.entries(one)) as Record<string, Json>)
}
