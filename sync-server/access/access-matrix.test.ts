import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentsOf } from '#app/testing/arbitraries.ts'
import { blankOf, derivedId, envelopeFields, newId, roles, sameJson } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, Id, Role, Scope } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'
import type { PushItem, PushResult, ViewOrTombstone } from '#app/protocol/index.ts'
import { cellOf, mayCreate, reaches } from '#app/access-matrix/cells.ts'
import { accessMatrixDocument } from '#app/access-matrix/document.ts'
import { pick } from '../replication/compose.ts'
import { enrolDevice } from '../testing/test-device.ts'
import type { TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'

// Every role x module x field x operation x scope, against the running server. What is expected is read off the modules
// by `app/access-matrix/cells.ts`, which also writes the table for people.

const [here, there]: [Scope, Scope] = [`site:${derivedId('here')}`, `site:${derivedId('there')}`]
const team: Scope = `team:${derivedId('team')}`
const hiv: Scope = 'sensitivity:hiv'
/** Where the records lie, and where the grants: all pairs are tried. */
const places: readonly (readonly Scope[])[] = [
  [here],
  ['org'],
  [here, hiv],
  [here, hiv, 'sensitivity:genetic'],
  [there, team],
  [there, team, hiv],
]
const held: readonly (readonly Scope[])[] = [
  [here],
  [there],
  ['org'],
  [team],
  [hiv],
  [here, hiv],
  [team, hiv],
  ['org', hiv],
]
/** What refuses for want of a right; anything else was let through to be refused for what it says. */
const closedTo = new Set(['access.forbidden', 'sync.refused-field', 'sync.not-visible'])

type Sample = {
  readonly module: AnyModule
  readonly scopes: readonly Scope[]
  readonly document: AnyDocument
}

/** One valid record of each module at each place, and another whose values differ. */
function samplesOf(module: AnyModule): { samples: readonly Sample[]; other: AnyDocument } {
  const valid = (documentsOf(module) as fc.Arbitrary<AnyDocument>).filter((document) =>
    module.invariants.every((invariant) => invariant.holds(document)),
  )
  const made = fc.sample(valid, { numRuns: places.length + 1, seed: 7 })
  const samples = places.map((scopes, place): Sample => {
    const drawn = made[place]
    if (drawn === undefined) throw new Error('too few samples')
    const id = newId()
    // No record here ended in another, which would have to be there.
    const whole = 'mergedIntoId' in drawn ? { ...drawn, mergedIntoId: null } : drawn
    return {
      module,
      scopes,
      document: { ...whole, id, scopes: [...scopes], edit: '', conflicts: [], ext: {}, sources: {} },
    }
  })
  return { samples, other: made.at(-1) as AnyDocument }
}

it('stands in docs/access-matrix.md as the modules have it (npm run access-matrix)', async () => {
  const file = await readFile(new URL('../../docs/access-matrix.md', import.meta.url), 'utf8')
  expect(file).toBe(accessMatrixDocument())
})

describe.each(['sqlite', 'postgres'] as const)('the matrix, over %s', (dialect) => {
  const drawn = new Map(allModules.map((module) => [module.name, samplesOf(module)]))
  const samples = [...drawn.values()].flatMap((each) => each.samples)
  let server: TestServer
  let device: TestDevice
  beforeAll(async () => {
    // One device asks as much in a few seconds as others in a month.
    server = await startTestServer({ dialect, environment: { ROUNDS_REQUESTS: '1000000' } })
    await server.store.transaction(async (tx) => {
      const refs = samples.map(({ module, document }) => ({ collection: module.collection, id: document.id }))
      await tx.load(refs)
      for (const [index, { document }] of samples.entries()) {
        const ref = refs[index]
        if (ref !== undefined)
          tx.stage({ type: 'document', ...ref, body: { doc: document, stamps: {}, feeds: {} } })
      }
    })
    device = await enrolDevice(server.url, 'amir')
  })
  afterAll(() => server.close())

  async function hold(role: Role, scopes: readonly Scope[]): Promise<void> {
    const { access } = server.store
    for (const { id } of await access.grants(device.userId)) await access.removeGrant(id)
    const dates = { from: '2020-01-01T00:00:00.000Z', until: null }
    for (const scope of scopes) {
      await access.saveGrant({ id: newId(), userId: device.userId, role, scope, ...dates })
    }
  }

  /** What the server shows of the records, by id. */
  async function seen(wanted: readonly Sample[]): Promise<Map<Id, ViewOrTombstone>> {
    const found = new Map<Id, ViewOrTombstone>()
    for (const [collection, group] of Map.groupBy(wanted, ({ module }) => module.collection)) {
      const ids = group.map(({ document }) => document.id)
      const { body } = await device.call<{ documents: ViewOrTombstone[] }>('fetch', { collection, ids })
      for (const view of body.documents) found.set(view.id, view)
    }
    return found
  }

  async function answers(items: readonly PushItem[]): Promise<readonly PushResult[]> {
    const results: PushResult[] = []
    for (let start = 0; start < items.length; start += 500) {
      const { body } = await device.call<{ results: PushResult[] }>('push', {
        items: items.slice(start, start + 500),
      })
      results.push(...body.results)
    }
    return results
  }

  it.each(roles)('shows %s what its grants reach, field by field, and nothing else', async (role) => {
    for (const grant of held) {
      await hold(role, grant)
      const views = await seen(samples)
      for (const { module, scopes, document } of samples) {
        const reached = reaches({ grant, record: scopes }, role)
        const names = Object.keys(module.fields).filter((field) => cellOf(module, role, field) !== 'nothing')
        const expected = reached ? names : []
        const view = views.get(document.id) ?? {}
        const shown = Object.keys(view).filter((name) => !envelopeFields.has(name) && name !== '_deleted')
        expect([module.name, grant, scopes, shown.toSorted()]).toEqual([
          module.name,
          grant,
          scopes,
          expected.toSorted(),
        ])
        expect('kind' in view).toBe(expected.length > 0)
      }
    }
  })

  it.each(roles)('lets %s write the fields that are its to write, and no other', async (role) => {
    await hold(role, ['org'])
    const wanted = samples.filter(({ scopes }) => sameJson(scopes, [here]))
    const views = await seen(wanted)
    const tries = wanted.flatMap(({ module, document }) => {
      const other = drawn.get(module.name)?.other ?? document
      const view = views.get(document.id)
      const base: AnyDocument = view !== undefined && 'kind' in view ? view : { ...document, rev: 'x.1.y' }
      const differs = (field: string) => !sameJson(other[field], document[field])
      const changed = Object.keys(module.fields).filter(differs)
      const mine = changed.filter((field) => cellOf(module, role, field) === 'read and write')
      // What is allowed goes in one edit; what is not, each alone.
      const groups = [mine, ...changed.filter((field) => !mine.includes(field)).map((field) => [field])]
      return groups
        .filter((fields) => fields.length > 0)
        .map((fields) => {
          // Whoever was let in before has written the one or the other.
          const value = (field: string) => (sameJson(other[field], base[field]) ? document : other)[field]
          const change = Object.fromEntries(fields.map((field) => [field, value(field)]))
          const item = device.edit(module.collection, base, change)
          return { says: `${module.name}: ${fields.join()}`, allowed: fields === mine, item }
        })
    })
    const results = await answers(tries.map(({ item }) => item))
    const wrong = tries.filter(({ allowed }, index) => allowed === closedTo.has(results[index]?.code ?? ''))
    expect(wrong.map(({ says }) => says)).toEqual([])
    expect(tries.length).toBeGreaterThan(allModules.length - 1)
  })

  it.each(roles)(
    'lets %s make and remove records of the modules that are its to make, and no other',
    async (role) => {
      await hold(role, ['org'])
      const wanted = samples.filter(({ scopes }) => sameJson(scopes, ['org']))
      const views = await seen(wanted)
      const makes = wanted.map(({ module, document }) => {
        const closed = Object.keys(module.fields).filter(
          (name) => cellOf(module, role, name) !== 'read and write',
        )
        // Who makes a record of which some fields are closed to them leaves those blank.
        const blank = mayCreate(module, role) ? pick(blankOf(module), closed) : {}
        return device.edit(module.collection, { ...document, id: newId(), rev: '', removedAt: null }, blank)
      })
      const removes = wanted.map(({ module, document }) => {
        const view = views.get(document.id)
        const base: AnyDocument = view !== undefined && 'kind' in view ? view : { ...document, rev: 'x.1.y' }
        const removedAt = base.removedAt === null ? '2026-01-05T08:00:00.000Z' : null
        return device.edit(module.collection, base, { removedAt })
      })
      for (const items of [makes, removes]) {
        const results = await answers(items)
        const through = wanted.filter((_, index) => !closedTo.has(results[index]?.code ?? ''))
        expect(through.map(({ module }) => module.name)).toEqual(
          wanted.filter(({ module }) => mayCreate(module, role)).map(({ module }) => module.name),
        )
      }
    },
  )
})
