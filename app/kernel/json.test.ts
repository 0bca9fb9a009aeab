import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { compiled, jsonSchema } from './json.ts'

test('takes what JSON can hold, as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(jsonSchema.parse(value)).toBe(value)
    }),
  )
})

test.each([
  undefined,
  Number.NaN,
  Infinity,
  1n,
  Symbol('x'),
  () => 1,
  new Date(0),
  [undefined],
  { a: [NaN] },
])('does not take %s', (value) => {
  expect(jsonSchema.safeParse(value).success).toBe(false)
})

test('a compiled schema says the same as the one that it was made of', () => {
  const schema = z.strictObject({ id: z.string().max(3), ext: z.record(z.string(), jsonSchema) })
  const fast = compiled(schema)
  const values = fc.oneof(
    fc.record({ id: fc.string(), ext: fc.dictionary(fc.string(), fc.jsonValue()) }),
    fc.record({ id: fc.string(), ext: fc.anything(), more: fc.string() }, { requiredKeys: ['id'] }),
  )
  fc.assert(
    fc.property(values, (value) => {
      expect(fast.safeParse(value)).toEqual(schema.safeParse(value))
    }),
  )
})
