import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nobodyElses } from '../../replication/care-teams.ts'
import { compose } from '../../replication/compose.ts'
import { blankOf } from '#app/kernel/index.ts'
import type { AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { documentsOf } from '#app/testing/arbitraries.ts'
import { syntheticOrganisation } from '../../seed/index.ts'
import { fhirTypes, modulesOf, resourceTypes } from '../resource-types.ts'
import { faultsOf } from '../testing/r4.ts'
import { codesOfCompose } from '../testing/value-sets.ts'
import { resourceOf } from './index.ts'
import type { Resource } from './index.ts'
import { provenanceResources } from './provenance.ts'

const refer = (type: string, id: string) => `${type}/${id}`

/** Each fault once, with how often it was met. */
function faultsOfAll(resources: readonly Resource[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const fault of resources.flatMap(faultsOf)) counts.set(fault, (counts.get(fault) ?? 0) + 1)
  return [...counts].map(([fault, count]) => `${count} × ${fault}`)
}

describe('the check by FHIR’s own definitions', () => {
  it('finds what is wrong', () => {
    const id = '1'
    expect(faultsOf({ resourceType: 'Patient', id, gender: 'female' })).toEqual([])
    expect(faultsOf({ resourceType: 'Patient', id, gender: 'purple' })[0]).toContain('administrative-gender')
    expect(faultsOf({ resourceType: 'Patient', id, favourite: 'blue' })).not.toEqual([])
    expect(faultsOf({ resourceType: 'Observation', id, status: 'final' })[0]).toContain('code')
    expect(faultsOf({ resourceType: 'Observation', id, status: 'done', code: { text: 'x' } })).toHaveLength(1)
  })

  it('obeys what a value set excludes, and judges none whose codes it can not list', () => {
    const system = 'http://hl7.org/fhir/administrative-gender'
    const all = { include: [{ system }] }
    const known = (compose: Parameters<typeof codesOfCompose>[0]) => {
      const codes = codesOfCompose(compose)
      return codes === null ? null : [...codes].map((code) => code.replace(`${system}|`, '')).toSorted()
    }
    expect(known(all)).toEqual(['female', 'male', 'other', 'unknown'])
    const unknown = [{ system, concept: [{ code: 'unknown' }] }]
    expect(known({ ...all, exclude: unknown })).toEqual(['female', 'male', 'other'])
    const byValueSet = [{ valueSet: ['http://hl7.org/fhir/ValueSet/administrative-gender'] }]
    expect(known({ ...all, exclude: byValueSet })).toEqual([])
    expect(known({ ...all, exclude: [{ system, filter: [{ property: 'concept' }] }] })).toBeNull()
  })
})

describe.each(fhirTypes)('%s', (type) => {
  it.each(resourceTypes[type].modules.map((name) => [name] as const))(
    'is valid whatever a record of %s holds',
    (name) => {
      const module: AnyModule = modules[name]
      fc.assert(
        fc.property(
          documentsOf(module).filter((document) => module.invariants.every(({ holds }) => holds(document))),
          (document) => {
            const resource = resourceOf(name, document, refer)
            expect(resource?.resourceType).toBe(type)
            expect(resource === null ? ['no resource'] : faultsOf(resource)).toEqual([])
            expect(provenanceResources(type, document, refer).flatMap(faultsOf)).toEqual([])
          },
        ),
        { numRuns: 40 },
      )
    },
  )
})

describe('the synthetic organisation', () => {
  it('is valid FHIR, every record of it', () => {
    const { documents, organisation } = syntheticOrganisation({
      seed: 'fhir',
      today: '2026-03-02',
      zone: 'America/New_York',
      scale: 0.02,
    })
    const resources = [...documents].flatMap((write) => {
      const module: AnyModule = modules[write.module]
      const stamp = { at: '2026-03-02T09:00:00.000Z', by: 'seed', origin: 'seed' } as const
      const changes = { ...blankOf(module), ...write.data }
      const made = compose({
        module,
        id: write.id,
        orgId: organisation.id,
        before: null,
        changes,
        stamp,
        teamsOf: nobodyElses,
      })
      if (!made.ok) throw new Error(`${write.module} ${made.field}`)
      return resourceOf(write.module, made.body.doc, refer) ?? []
    })
    expect(new Set(resources.map(({ resourceType }) => resourceType))).toEqual(new Set(fhirTypes))
    expect(faultsOfAll(resources)).toEqual([])
  })

  it('has a module for each type, all in one collection', () => {
    for (const type of fhirTypes)
      expect(new Set(modulesOf(type).map(({ collection }) => collection)).size).toBe(1)
  })
})
