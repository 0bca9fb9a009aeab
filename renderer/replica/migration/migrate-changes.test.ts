import { expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { QuarantineEntry } from '../contract.ts'
import { migrateChanges } from './migrate-changes.ts'

const entry: QuarantineEntry = {
  id: newId(),
  module: 'cases',
  documentId: newId(),
  at: '2026-01-05T08:00:00.000Z',
  author: newId(),
  code: 'access.forbidden',
  field: undefined,
  changes: { description: 'what was meant' },
}
const next: AnyModule = {
  ...modules.cases,
  version: 3,
  migrations: {
    2: ({ description, ...rest }) => ({ ...rest, details: description ?? null }),
    3: (document) => ({ ...document, weight: 1, details: `${String(document['details'])}!` }),
  },
}

test("a refused change goes to today's fields, and brings no field along that was not changed", () => {
  expect(migrateChanges(next, entry, 1)).toEqual({ details: 'what was meant!' })
  expect(migrateChanges(next, { ...entry, changes: { details: 'later' } }, 2)).toEqual({ details: 'later!' })
})

test("a refused change of today's version stays as it is", () => {
  expect(migrateChanges(next, entry, 3)).toBe(entry.changes)
  expect(migrateChanges(modules.cases, entry, modules.cases.version)).toBe(entry.changes)
})
