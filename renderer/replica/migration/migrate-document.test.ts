import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyDocument } from '#app/kernel/index.ts'
import { allModules, modules } from '#app/modules/index.ts'
import { documentsOf } from '#app/testing/arbitraries.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { collectionVersions } from './collection-versions.ts'
import { migrateDocument } from './migrate-document.ts'
import type { Step } from './migrate-document.ts'
import { storageMigrations } from './storage-migrations.ts'

const seed = Number(process.env['ROUNDS_SEED'] ?? Date.now() % 2 ** 31)

/** What a next version may do: a field gets another name, two become one, one is new. And it meddles, which it must not. */
const renamed: Step = ({ description, ...rest }) => ({ ...rest, details: description ?? null })
const joined: Step = ({ subject, details, ...rest }) => ({
  ...rest,
  text: `${String(subject)}: ${String(details)}`,
})
const meddling: Step = (document) => ({ ...document, id: 'x', rev: 'y', edit: '', kind: 'z' })
const steps = [renamed, joined, meddling]

const members = { _deleted: false, _rev: '3-token', _meta: { lwt: 5 }, _attachments: {} }

function stored(document: AnyDocument, more: object = {}): StoredDocument {
  return { ...document, ...members, ...more }
}

/** A document of any module of which any fields are hidden. */
const views: fc.Arbitrary<AnyDocument> = fc.constantFrom(...allModules).chain((module) =>
  fc.tuple(documentsOf(module), fc.subarray(Object.keys(module.fields))).map(([document, hidden]) => {
    const shown = Object.entries(document).filter(([name]) => !hidden.includes(name))
    return Object.fromEntries(shown) as AnyDocument
  }),
)

describe('a document of an older version', () => {
  test('keeps id, kind, rev, edit and what the storage keeps with it, whatever a step does', () => {
    fc.assert(
      fc.property(views, (view) => {
        const { id, kind, rev, edit } = view
        expect(migrateDocument(stored(view), steps)).toMatchObject({ id, kind, rev, edit, ...members })
      }),
      { seed, numRuns: 60 },
    )
  })

  test('takes the steps in their order, and none twice', () => {
    const [document] = fc.sample(documentsOf(modules.cases), { numRuns: 1, seed })
    const known = stored({ ...(document as AnyDocument), subject: 'one', description: 'two' })
    const migrated = migrateDocument(known, [renamed, joined])
    expect(migrated).toMatchObject({ text: 'one: two' })
    expect(migrated).not.toHaveProperty('subject')
    expect(migrateDocument(known, [])).toBe(known)
  })

  test('a waiting edit still says what it changed, and what was there before it', () => {
    const [document] = fc.sample(documentsOf(modules.cases), { numRuns: 1, seed })
    const localEdit = { author: 'ada', before: { description: 'old' } }
    const view = { ...(document as AnyDocument), subject: 'one', description: 'new', edit: 'e1' }
    const edited = stored(view, { localEdit })
    expect(migrateDocument(edited, [renamed])).toMatchObject({
      details: 'new',
      localEdit: { author: 'ada', before: { details: 'old' } },
    })
    expect(migrateDocument(edited, [renamed]).localEdit?.before).not.toHaveProperty('description')
    expect(migrateDocument(edited, [renamed, joined]).localEdit).toEqual({
      author: 'ada',
      before: { text: 'one: old' },
    })
  })

  test('an edit that is new as a whole stays one', () => {
    const [document] = fc.sample(documentsOf(modules.cases), { numRuns: 1, seed })
    const made = stored(document as AnyDocument, { localEdit: { author: 'ada', before: {} } })
    expect(migrateDocument(made, [renamed]).localEdit).toEqual({ author: 'ada', before: {} })
  })
})

describe('the versions of the collections', () => {
  test.each(allModules)('lead $name from its first version to the one it has, by every step', (module) => {
    const moves = collectionVersions[module.collection].flat().filter(({ kind }) => kind === module.kind)
    const needed = Array.from({ length: module.version - 1 }, (_, at) => at + 2)
    expect(moves.map(({ to }) => to)).toEqual(needed)
  })

  test('move documents by their kind, from where their page stands', () => {
    const next =
      (to: number): Step =>
      (document) => ({ ...document, [`v${to}`]: true })
    const migrations = storageMigrations({
      versions: {
        ...collectionVersions,
        clinical: [
          [{ kind: 'a', to: 2 }],
          [
            { kind: 'a', to: 3 },
            { kind: 'b', to: 2 },
          ],
        ],
      },
      moduleOfKind: () => ({ migrations: { 2: next(2), 3: next(3) } }),
    })
    expect(migrations.versionOf('clinical')).toBe(2)
    expect(migrations.versionOf('rx-replication-meta-x')).toBe(0)
    const of = (kind: string, from: number) =>
      Object.keys(migrations.migrate('clinical', { kind }, from)).filter((name) => name.startsWith('v'))
    expect([of('a', 0), of('a', 1), of('b', 0), of('b', 1), of('', 0)]).toEqual([
      ['v2', 'v3'],
      ['v3'],
      ['v2'],
      ['v2'],
      [],
    ])
  })

  test('a step that is missing is an error, not a document of the past', () => {
    const migrations = storageMigrations({
      versions: { ...collectionVersions, cases: [[{ kind: 'case', to: 2 }]] },
      moduleOfKind: () => ({ migrations: {} }),
    })
    expect(() => migrations.migrate('cases', { kind: 'case' }, 0)).toThrow('no migration to version 2')
  })
})
