import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentSchema, sameJson, viewSchema } from '../kernel/index.ts'
import { mergeFields } from '../merge/index.ts'
import { allModules } from '../modules/index.ts'
import { project } from '../access/index.ts'
import { documentsOf } from './arbitraries.ts'

const runs = { numRuns: 15 }

describe.each(allModules)('generated $name', (module) => {
  const documents = documentsOf(module)
  const names = [...Object.keys(module.fields), 'removedAt', 'ext']

  it('fit the schema, survive JSON, and can be named, dated and linked', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(documentSchema(module).safeParse(document).error?.issues).toBeUndefined()
        const read = documentSchema(module).parse(JSON.parse(JSON.stringify(document)))
        expect(read).toEqual(document)
        expect(module.title(document).length).toBeGreaterThan(0)
        expect(module.timeline(document)?.at ?? '2026').toMatch(/^\d{4}/)
        for (const { id } of module.refers(document)) expect(JSON.stringify(document)).toContain(id)
        for (const spec of Object.entries(module.fields)) {
          for (const text of spec[1].search?.of(document[spec[0]]) ?? []) expect(text).not.toBe('')
        }
      }),
      runs,
    )
  })

  it('fit the view schema through any projection', () => {
    fc.assert(
      fc.property(documents, fc.subarray(Object.keys(module.fields)), (document, read) => {
        const view = project(document, { read: new Set(read), readsAll: false })
        expect(viewSchema(module).safeParse(view).error?.issues).toBeUndefined()
      }),
      runs,
    )
  })

  it('merge: with themselves, one-sided, and with nothing but the base left out', () => {
    fc.assert(
      fc.property(documents, documents, documents, (base, mine, current) => {
        const { fields } = module
        expect(mergeFields({ fields, base, mine, current: mine })).toMatchObject({ changed: [], lost: [] })
        const pushed = mergeFields({ fields, base, mine, current: base })
        expect(pushed.lost).toEqual([])
        for (const name of names) expect(sameJson(pushed.merged[name], mine[name])).toBe(true)
        const { merged, lost } = mergeFields({ fields, base, mine, current })
        expect(Object.keys(merged).toSorted()).toEqual(names.toSorted())
        for (const { winning, field, losing } of lost) {
          expect(winning).toEqual(merged[field])
          expect(sameJson(losing, winning)).toBe(false)
        }
      }),
      runs,
    )
  })
})
