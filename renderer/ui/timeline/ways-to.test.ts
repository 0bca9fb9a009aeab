import { describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { FieldSpec } from '#app/kernel/index.ts'
import { moduleNames } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { anyModule } from '../data/use-permission.ts'
import { blankEnvelope } from '../testing/envelope.ts'
import { waysTo } from './ways-to.ts'

const id = newId()

/** Every way in which a field may name a record; `indexed` tells whether an index has a key for it. */
const namings = [
  { value: id, indexed: true },
  { value: { collection: 'accounts', kind: 'account', id }, indexed: true },
  { value: [id], indexed: false },
  { value: { contactId: id, identifiers: [] }, indexed: false },
]

/** The fields by which a record of the module gets on the timeline of another. */
function linksOf(module: ModuleName): readonly { readonly field: string; readonly indexed: boolean }[] {
  const { fields, kind, timeline } = anyModule(module)
  return Object.entries<FieldSpec>(fields).flatMap(([field, { schema }]) =>
    namings.flatMap(({ value, indexed }) => {
      if (!schema.safeParse(value).success) return []
      const about = timeline({ ...blankEnvelope(newId(), kind), [field]: value })?.about ?? []
      return about.includes(id) ? [{ field, indexed }] : []
    }),
  )
}

describe('the ways to a timeline', () => {
  it.each(moduleNames)('%s: every link has an index, or the module is looked through', (module) => {
    for (const { field, indexed } of linksOf(module)) {
      if (indexed) expect(waysTo(module, 'patients'), field).toContain(field)
      else expect(waysTo(module, 'contacts'), field).toEqual([null])
    }
  })

  it('are indexes only for whatever is no contact', () => {
    const found = moduleNames.flatMap((module) => linksOf(module).filter(({ indexed }) => indexed))
    expect(found.length).toBeGreaterThan(20)
    expect(moduleNames.flatMap((module) => waysTo(module, 'patients'))).not.toContain(null)
  })
})
