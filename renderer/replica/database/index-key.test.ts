import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { valuesOf } from '#app/testing/arbitraries.ts'
import { indexKey } from './index-key.ts'

const indexed = Object.values<AnyModule>(modules).flatMap(({ name, indexes, fields }) =>
  indexes.flatMap((field) => {
    const spec = fields[field]
    return spec === undefined ? [] : [[name, field, spec.schema] as const]
  }),
)

test.each(indexed)(
  'whatever a record of %s has as its %s, an index can sort it',
  (_module, _field, schema) => {
    fc.assert(
      fc.property(valuesOf(schema), (value) => {
        if (value !== null) expect(indexKey(value)).toEqual(expect.any(String))
      }),
      { numRuns: 20 },
    )
  },
)

describe('the key of a field', () => {
  test.each([
    ['text', 'open', 'open'],
    ['a zoned time', { local: '2026-01-05T08:00', zone: 'America/Chicago' }, '2026-01-05T08:00'],
    ['a reference', { collection: 'patients', id: 'p1' }, 'p1'],
    ['nothing', null, undefined],
    ['a field that is hidden here', undefined, undefined],
    ['a number', 7, undefined],
    ['several', ['a', 'b'], undefined],
  ])('that holds %s', (_what, value, expected) => {
    expect(indexKey(value)).toBe(expected)
  })
})
