import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derivedId, roles } from '../kernel/index.ts'
import type { AnyDocument, AnyModule, Role, Scope } from '../kernel/index.ts'
import { allModules, modules } from '../modules/index.ts'
import { can, permissionFor, project } from './index.ts'
import type { Grant, Subject } from './index.ts'

const at = '2026-03-11T12:00:00.000Z'
const user = derivedId('user')
const [here, there]: [Scope, Scope] = [`site:${derivedId('here')}`, `site:${derivedId('there')}`]

function grant(role: Role, scope: Scope, dates: Partial<Pick<Grant, 'from' | 'until'>> = {}): Grant {
  return {
    id: derivedId(role, scope),
    userId: user,
    role,
    scope,
    from: '2026-01-01T00:00:00.000Z',
    until: null,
    ...dates,
  }
}
function subject(...grants: readonly Grant[]): Subject {
  return { id: user, orgId: derivedId('org'), grants }
}
const permissions = (who: Subject, module: AnyModule, scopes: readonly Scope[] = [here]) =>
  permissionFor(who, module, scopes, at)

describe('access', () => {
  it('is denied without a grant, in another scope, and to a role that the module does not name', () => {
    for (const module of allModules) {
      expect(permissions(subject(), module)).toMatchObject({ visible: false, create: false })
      expect(permissions(subject(grant('coordinator', there)), module).visible).toBe(false)
      for (const role of roles) {
        const allowed = permissions(subject(grant(role, here)), module).visible
        expect(allowed).toBe(module.access[role] !== undefined)
      }
    }
  })

  it('is of the whole organisation by the scope org, and of everybody to a document of the scope org', () => {
    expect(can(subject(grant('supervisor', 'org')), 'write', modules.patients, [there], at)).toBe(true)
    expect(can(subject(grant('coordinator', here)), 'read', modules.locations, ['org'], at)).toBe(true)
  })

  it('begins and ends with the grant: the first instant is in, the last is out', () => {
    const from = '2026-03-11T12:00:00.000Z'
    const until = '2026-03-12T12:00:00.000Z'
    const who = subject(grant('coordinator', here, { from, until }))
    const seen = (instant: string) => can(who, 'read', modules.patients, [here], instant)
    expect(['2026-03-11T11:59:59.999Z', from, '2026-03-12T11:59:59.999Z', until].map(seen)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('is the union of all grants, whatever their order', () => {
    const grants = fc.subarray([...roles], { minLength: 1 })
    fc.assert(
      fc.property(grants, fc.constantFrom(...allModules), (held, module) => {
        const both = permissions(subject(...held.map((role) => grant(role, here))), module)
        const turned = permissions(subject(...held.toReversed().map((role) => grant(role, here))), module)
        expect(turned).toEqual(both)
        for (const role of held) {
          const one = permissions(subject(grant(role, here)), module)
          for (const name of one.read) expect(both.read.has(name)).toBe(true)
          for (const name of one.write) expect(both.write.has(name)).toBe(true)
        }
      }),
    )
  })

  it('never lets anybody write what they may not read', () => {
    for (const module of allModules) {
      for (const role of roles) {
        const { read, write } = permissions(subject(grant(role, here)), module)
        for (const name of write) expect(read.has(name)).toBe(true)
      }
    }
  })

  it('names a projection by the roles that apply, so that equal names mean equal fields', () => {
    const one = permissions(subject(grant('coordinator', here)), modules.cases)
    const same = permissions(subject(grant('coordinator', here), grant('coordinator', there)), modules.cases)
    const other = permissions(subject(grant('account-manager', here)), modules.cases)
    expect(same.projection).toBe(one.projection)
    expect(other.projection).not.toBe(one.projection)
    expect(permissions(subject(grant('sync-admin', here)), modules.cases).projection).toBe('none')
    expect(permissions(subject(grant('coordinator', here)), modules.patients).projection).not.toBe(
      one.projection,
    )
  })
})

describe('what the house promises', () => {
  it('shows an account manager and a sync admin no field about a patient, in any module', () => {
    for (const module of allModules) {
      for (const role of ['account-manager', 'sync-admin'] as const) {
        for (const name of permissions(subject(grant(role, 'org')), module).read) {
          expect([module.name, name, module.fields[name]?.phi]).toEqual([module.name, name, 'none'])
        }
      }
    }
  })

  it('keeps every patient, visit and clinical record from them altogether', () => {
    const hidden = [
      'patients',
      'appointments',
      'encounters',
      'observations',
      'patient-activities',
      'patient-tasks',
    ]
    for (const name of hidden) {
      expect(
        can(subject(grant('account-manager', 'org')), 'read', modules[name as 'patients'], [here], at),
      ).toBe(false)
    }
  })

  it('shows a sync admin people, locations, territories and care teams, and nothing else', () => {
    const seen = allModules.filter(
      (module) => permissions(subject(grant('sync-admin', 'org')), module).visible,
    )
    expect(seen.map(({ name }) => name)).toEqual(['care-teams', 'locations', 'people', 'territories'])
    for (const module of seen) {
      expect(permissions(subject(grant('sync-admin', 'org')), module)).toMatchObject({ create: false })
      expect(permissions(subject(grant('sync-admin', 'org')), module).write.size).toBe(0)
    }
  })

  it('lets people alone put a patient into a care team, which opens the record to others', () => {
    const writers = roles.filter((role) =>
      permissions(subject(grant(role, 'org')), modules.patients).write.has('careTeamIds'),
    )
    expect(writers).toEqual(['coordinator', 'clinician', 'supervisor'])
  })

  it('shows who has a care team what lies in it, wherever else it lies, and nothing beside', () => {
    const team: Scope = `team:${derivedId('team')}`
    for (const module of allModules) {
      for (const role of roles) {
        const inTeam = permissions(subject(grant(role, team)), module, [there, team])
        expect(inTeam).toEqual(permissions(subject(grant(role, there)), module, [there]))
        expect(permissions(subject(grant(role, team)), module, [there]).visible).toBe(false)
      }
    }
  })

  it('lets a feed write what hospitals send, and nothing else', () => {
    const written = allModules.filter((module) =>
      can(subject(grant('feed', here)), 'write', module, [here], at),
    )
    expect(written.map(({ name }) => name)).toEqual([
      'allergies',
      'appointments',
      'conditions',
      'consents',
      'coverage',
      'diagnostic-reports',
      'documents',
      'encounters',
      'immunizations',
      'observations',
      'orders',
      'patient-tasks',
      'patients',
      'practitioner-roles',
      'referrals',
      'related-persons',
    ])
  })

  it('lets a supervisor do everything', () => {
    for (const module of allModules) {
      const { readsAll, write, create } = permissions(subject(grant('supervisor', 'org')), module)
      expect([module.name, readsAll, create, write.size]).toEqual([
        module.name,
        true,
        true,
        Object.keys(module.fields).length,
      ])
    }
  })
})

describe('a projection', () => {
  const stamp = { at, by: user, origin: 'person' } as const
  const conflict = (name: string) => ({
    id: derivedId(name),
    field: name,
    losing: 'a',
    winning: 'b',
    lost: stamp,
    won: stamp,
    state: 'open' as const,
    waits: false,
  })
  const document: AnyDocument = {
    id: derivedId('case'),
    kind: 'case',
    orgId: derivedId('org'),
    rev: '',
    edit: '',
    scopes: [here],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: { [derivedId('custom')]: 'secret' },
    sources: { subject: stamp, status: stamp },
    conflicts: [conflict('subject'), conflict('status'), conflict('removedAt'), conflict('ext')],
    subject: 'Potassium is high',
    status: 'open',
  }

  it('holds the envelope and the readable fields, and of conflicts and sources what belongs to them', () => {
    const view = project(document, permissions(subject(grant('account-manager', here)), modules.cases))
    expect(view['subject']).toBeUndefined()
    expect(view['status']).toBe('open')
    expect(view.conflicts.map(({ field }) => field)).toEqual(['status', 'removedAt'])
    expect(Object.keys(view.sources)).toEqual(['status'])
    expect(view.ext).toEqual({})
    expect(JSON.stringify(view)).not.toMatch(/Potassium|secret/)
  })

  it('of someone who reads everything is the document', () => {
    expect(project(document, permissions(subject(grant('coordinator', here)), modules.cases))).toEqual(
      document,
    )
  })
})
