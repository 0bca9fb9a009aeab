import { blankOf, derivedId, newId } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { User } from '#app/protocol/index.ts'
import type { Organisation } from '#app/protocol/index.ts'
import { syntheticOrganisation } from '#sync-server/seed/index.ts'
import type { SeedRecord } from '#sync-server/seed/index.ts'

// Cases of a synthetic organisation, about a thousand bytes each. Every site has patients whom they are about, and a
// coordinator who sees that site only: who pulls, who pushes and who is live never see each other's documents.

/** Where cases live. */
export const COLLECTION = 'cases'

export const sites = ['pull', 'push', 'live'] as const
export type Site = (typeof sites)[number]

const AT = '2026-01-05T12:00:00.000Z'
const PATIENTS = 100

const synthetic = syntheticOrganisation({
  seed: 'bench',
  today: '2026-01-05',
  zone: 'America/New_York',
  scale: 1,
})
const all = [...synthetic.documents]
const patterns = all.filter((record): record is SeedRecord<'cases'> => record.module === 'cases')
const people = all
  .filter((record): record is SeedRecord<'patients'> => record.module === 'patients')
  .slice(0, PATIENTS)

export const organisation: Organisation = synthetic.organisation

export function userOf(site: Site): User {
  const id = derivedId('bench', 'user', site)
  const grant = {
    id: derivedId('bench', 'grant', site),
    userId: id,
    role: 'coordinator' as const,
    scope: `site:${siteId(site)}`,
    from: AT,
    until: null,
  }
  return { id, name: `Bench ${site}`, login: site, grants: [grant] }
}

function siteId(site: Site): Id {
  return derivedId('bench', 'site', site)
}

/** The patients of a site, and so many cases about them. */
export function* recordsOf(site: Site, count: number): Generator<SeedRecord> {
  const by = { createdBy: userOf(site).id, createdAt: AT }
  for (const [index, { data }] of people.entries())
    yield {
      module: 'patients',
      id: patientId(site, index),
      data: { ...data, siteIds: [siteId(site)] },
      ...by,
    }
  for (const [number, id] of caseIds(site, count).entries())
    yield { module: 'cases', id, data: caseData(site, number), ...by }
}

export function caseIds(site: Site, count: number): Id[] {
  return Array.from({ length: count }, (_, number) => derivedId('bench', 'case', site, number))
}

/** New cases as a replica of the site's coordinator makes them. */
export function draftsOf(site: Site, count: number): AnyDocument[] {
  const module: AnyModule = modules.cases
  return Array.from({ length: count }, (_, number) => {
    const stamp = { at: AT, by: userOf(site).id, origin: 'person' as const }
    return {
      id: newId(),
      kind: module.kind,
      orgId: organisation.id,
      rev: '',
      edit: newId(),
      scopes: [],
      created: stamp,
      updated: stamp,
      removedAt: null,
      ext: {},
      sources: {},
      conflicts: [],
      ...blankOf(modules.cases),
      ...caseData(site, number),
    }
  })
}

function patientId(site: Site, index: number): Id {
  return derivedId('bench', 'patient', site, index % PATIENTS)
}

function caseData(site: Site, number: number): SeedRecord<'cases'>['data'] {
  const pattern = patterns[number % patterns.length]
  if (pattern === undefined) throw new Error('the synthetic organisation has no case')
  const away = { appointmentId: null, encounterId: null, accountId: null, contactId: null, territoryId: null }
  return { ...pattern.data, ...away, siteId: siteId(site), patientId: patientId(site, number) }
}
