import { describe, expect, it } from 'vitest'
import { documentSchema, sha256Hex } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { isNpi } from '#app/values/index.ts'
import { syntheticOrganisation } from './index.ts'
import type { SeedRecord } from './index.ts'

const options = { seed: 'test', today: '2026-03-11', zone: 'America/New_York' }
const made = syntheticOrganisation(options)
const all = [...made.documents]
const of = <Name extends SeedRecord['module']>(module: Name) =>
  all.filter((each): each is SeedRecord<Name> => each.module === module)

/** The document that the write door makes of a record. */
function documentOf(record: SeedRecord): AnyDocument {
  const module: AnyModule = modules[record.module]
  const stamp = { at: record.createdAt, by: record.createdBy, origin: 'seed' as const }
  const bare: AnyDocument = {
    ...record.data,
    id: record.id,
    kind: module.kind,
    orgId: made.organisation.id,
    rev: '',
    edit: '',
    scopes: [],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
  }
  return { ...bare, scopes: [...module.scope(bare)] }
}

describe('the synthetic organisation', () => {
  it('has the amounts that the demonstration names', () => {
    const amounts = Object.fromEntries(
      [...new Set(all.map(({ module }) => module))].map((name) => [name, of(name).length]),
    )
    expect(amounts).toMatchObject({
      accounts: 120,
      contacts: 300,
      opportunities: 80,
      pipelines: 2,
      patients: 1500,
      cases: 200,
      people: 11,
      'care-teams': 2,
    })
    expect(of('locations').filter(({ data }) => data.type === 'site')).toHaveLength(2)
    expect(of('territories')).toHaveLength(2)
    for (const name of Object.keys(modules)) expect(amounts[name]).toBeGreaterThan(0)
  })

  it('fits every schema and every rule, and each record has an id of its own', () => {
    for (const record of all) {
      const module: AnyModule = modules[record.module]
      const document = documentOf(record)
      const parsed = documentSchema(module).safeParse(document)
      expect(parsed.success ? [] : [record.module, parsed.error.issues]).toEqual([])
      expect(document.scopes.length).toBeGreaterThan(0)
      const broken = module.invariants.filter((invariant) => !invariant.holds(document))
      expect(broken.map(({ says }) => says)).toEqual([])
    }
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  })

  it('names each record after those it refers to', () => {
    const seen = new Set<string>()
    for (const record of all) {
      const module: AnyModule = modules[record.module]
      for (const { collection, id } of module.refers(documentOf(record))) {
        expect(seen.has(`${collection}/${id}`) || [record.module, collection, id]).toBe(true)
      }
      seen.add(`${module.collection}/${record.id}`)
    }
  })

  it('is the same every time for one seed, and another for another', () => {
    const print = (seed: string) =>
      sha256Hex(JSON.stringify([...syntheticOrganisation({ ...options, seed }).documents]))
    const first = sha256Hex(JSON.stringify(all))
    expect(sha256Hex(JSON.stringify([...made.documents]))).toBe(first)
    expect(print('test')).toBe(first)
    expect(print('other')).not.toBe(first)
  })

  it('fills this week at both sites', () => {
    const week = of('appointments')
    expect(new Set(week.map(({ data }) => data.siteId))).toEqual(new Set(made.sites.map(({ id }) => id)))
    const days = new Set(week.map(({ data }) => data.start.local.slice(0, 10)))
    expect([...days].toSorted()).toEqual([
      '2026-03-09',
      '2026-03-10',
      '2026-03-11',
      '2026-03-12',
      '2026-03-13',
    ])
    expect(new Set(week.map(({ data }) => data.practitioner?.contactId)).size).toBeGreaterThanOrEqual(4)
    const taken = week.map(({ data }) => `${data.practitioner?.contactId} ${data.start.local}`)
    expect(new Set(taken).size).toBe(taken.length)
  })

  it('works on a Sunday too', () => {
    const sunday = [...syntheticOrganisation({ ...options, today: '2026-03-15' }).documents]
    expect(
      sunday.some((each) => each.module === 'appointments' && each.data.start.local.startsWith('2026-03-15')),
    ).toBe(true)
  })

  it('spreads the opportunities over the stages', () => {
    expect(new Set(of('opportunities').map(({ data }) => data.stageId)).size).toBeGreaterThanOrEqual(10)
  })

  it('has people with one name, with a preferred name, with accents and with an interpreter', () => {
    const people = of('patients').map(({ data }) => data)
    expect(people.some(({ names }) => names.length === 1 && names[0]?.family === undefined)).toBe(true)
    expect(people.some(({ names }) => names.some(({ use }) => use === 'usual'))).toBe(true)
    expect(people.some(({ names }) => names.some(({ representation }) => representation === 'P'))).toBe(true)
    expect(people.some(({ names }) => /[áéñü]/.test(names[0]?.family ?? ''))).toBe(true)
    expect(people.some(({ interpreter }) => interpreter?.needed === true)).toBe(true)
    expect(people.some(({ birthDate }) => birthDate?.length === 4)).toBe(true)
  })

  it('holds nothing that could be somebody: numbers, mail and NPIs are of ranges kept free', () => {
    const records = [...of('patients'), ...of('contacts')]
    for (const { data } of records) {
      for (const { system, value } of data.telecoms) {
        expect(value).toMatch(system === 'email' ? /@example\.org$/ : /555-01\d\d$/)
      }
    }
    for (const { data } of of('contacts')) {
      if (data.npi !== null) expect(isNpi(data.npi) && data.npi.startsWith('2')).toBe(true)
    }
    for (const { data } of of('patients')) {
      for (const { value } of data.identifiers) expect(value).toMatch(/^SYN-/)
    }
  })

  it('grants the demo users what they work with, and nothing wider', () => {
    const scopes = Object.fromEntries(
      made.users.map(({ login, grants }) => [
        login,
        grants.map(({ role, scope }) => `${role} ${scope.split(':')[0]}`),
      ]),
    )
    expect(scopes).toEqual({
      carla: ['coordinator site', 'coordinator person'],
      colin: ['coordinator site', 'coordinator person'],
      ada: ['account-manager territory', 'account-manager person'],
      amir: ['account-manager territory', 'account-manager person'],
      sofia: ['supervisor org'],
      sam: ['sync-admin org'],
      theo: ['clinician team', 'clinician person'],
      clara: ['clinician site', 'clinician person', 'clinician sensitivity', 'clinician sensitivity'],
      priya: ['privacy-officer org'],
      ivo: ['interface-analyst org'],
      otto: ['auditor org'],
    })
  })

  it('grows by its scale', () => {
    const many = [...syntheticOrganisation({ ...options, scale: 3 }).documents]
    expect(many.length).toBeGreaterThan(10_000)
    expect(many.filter(({ module }) => module === 'patients')).toHaveLength(4500)
  })
})
