import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allModules } from '../modules/index.ts'
import { documentsOf } from '../testing/arbitraries.ts'
import { checkDocument, documentSchema } from './index.ts'
import type { AnyDocument, AnyModule } from './index.ts'

type Case = { module: AnyModule; document: AnyDocument; name: string; value: unknown }

/** A document of some module, and a member of it with a value that may or may not fit. */
const cases: fc.Arbitrary<Case> = fc.constantFrom<AnyModule>(...allModules).chain((module) =>
  fc.record({
    module: fc.constant(module),
    document: documentsOf(module),
    name: fc.constantFrom(
      ...Object.keys(module.fields),
      'id',
      'created',
      'scopes',
      'removedAt',
      'unheard-of',
    ),
    value: fc.oneof(fc.constant(undefined), fc.jsonValue()),
  }),
)

it('says of a draft what the schema of the whole document says', () => {
  fc.assert(
    fc.property(cases, ({ module, document, name, value }) => {
      const draft = { ...document, [name]: value }
      // What is not there is another thing than what is undefined only for members that nobody knows.
      if (value === undefined && !(name in document)) return
      const schema = documentSchema(module).safeParse(draft)
      const checked = checkDocument(module, draft, [document])
      expect(checked.ok).toBe(schema.success)
      if (checked.ok) expect(checked.document).toEqual(schema.data)
      else expect(checked.field).toBe(name)
    }),
    { numRuns: 200 },
  )
})

it('takes a value for checked under its own name only', () => {
  fc.assert(
    fc.property(cases, ({ module, document, value }) => {
      const [first, second] = Object.keys(module.fields)
      if (first === undefined || second === undefined) return
      const draft = { ...document, [first]: value }
      const checked = checkDocument(module, draft, [{ [second]: value }])
      expect(checked.ok).toBe(documentSchema(module).safeParse(draft).success)
    }),
    { numRuns: 100 },
  )
})
