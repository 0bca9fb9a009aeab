import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derivedId, roles, scopeSchema, sensitivities, sensitivityScope } from '../kernel/index.ts'
import type { Role, Scope } from '../kernel/index.ts'
import { modules } from '../modules/index.ts'
import { can, ownSitesSubject, placesOf, rolesOver, rolesOverSensitive } from './index.ts'
import type { Grant, Subject } from './index.ts'

const at = '2026-03-11T12:00:00.000Z'
const user = derivedId('user')
const [here, there]: [Scope, Scope] = [`site:${derivedId('here')}`, `site:${derivedId('there')}`]
const [hiv, genetic] = [sensitivityScope('hiv'), sensitivityScope('genetic')]

function grant(role: Role, scope: Scope, until: string | null = null): Grant {
  return { id: derivedId(role, scope), userId: user, role, scope, from: '2026-01-01T00:00:00.000Z', until }
}
const subject = (...grants: readonly Grant[]): Subject => ({ id: user, orgId: derivedId('org'), grants })
const sees = (who: Subject, scopes: readonly Scope[]) => can(who, 'read', modules.conditions, scopes, at)

describe('a sensitivity', () => {
  it('is a scope, and no other word is', () => {
    for (const one of sensitivities)
      expect(scopeSchema.parse(sensitivityScope(one))).toBe(`sensitivity:${one}`)
    for (const other of ['sensitivity:', 'sensitivity:other', 'sensitivity:hiv!']) {
      expect(scopeSchema.safeParse(other).success).toBe(false)
    }
  })

  it('asks for a right beside the place, of the same role', () => {
    const clinician = subject(grant('clinician', here), grant('clinician', hiv))
    expect(sees(clinician, [here, hiv])).toBe(true)
    expect(sees(clinician, [there, hiv])).toBe(false)
    expect(sees(clinician, [here, hiv, genetic])).toBe(false)
    expect(sees(subject(grant('clinician', here)), [here, hiv])).toBe(false)
    expect(sees(subject(grant('coordinator', here), grant('clinician', hiv)), [here, hiv])).toBe(false)
  })

  it('is not of those who have the whole organisation, unless they were given it', () => {
    expect(sees(subject(grant('supervisor', 'org')), [here, hiv])).toBe(false)
    expect(sees(subject(grant('supervisor', 'org'), grant('supervisor', hiv)), [here, hiv])).toBe(true)
  })

  it('opens no place by itself, and ends with its grant', () => {
    expect(sees(subject(grant('clinician', hiv)), [here, hiv])).toBe(false)
    expect(sees(subject(grant('clinician', hiv)), [here])).toBe(false)
    expect(sees(subject(grant('clinician', here), grant('clinician', hiv, at)), [here, hiv])).toBe(false)
    expect(placesOf(subject(grant('clinician', here), grant('clinician', hiv)))).toEqual([here])
  })

  it('is in the emergency set of clinicians, at the places of their own grants as a clinician', () => {
    const seesInSet = (who: Subject, scopes: readonly Scope[]) => sees(ownSitesSubject(who, at), scopes)
    const clinician = subject(grant('clinician', here), grant('coordinator', there))
    expect(seesInSet(clinician, [here, hiv, genetic])).toBe(true)
    expect(seesInSet(clinician, [there, hiv])).toBe(false)
    expect(seesInSet(subject(grant('clinician', here, at)), [here, hiv])).toBe(false)
    for (const role of roles.filter((one) => one !== 'clinician'))
      expect(seesInSet(subject(grant(role, 'org')), [here, hiv])).toBe(false)
  })

  it('may be written by a feed, which brings it', () => {
    expect(can(subject(grant('feed', 'org')), 'write', modules.conditions, [here, hiv], at)).toBe(true)
    expect(rolesOverSensitive([grant('feed', 'org'), grant('coordinator', here)], at)).toEqual(
      new Set(['feed']),
    )
  })

  it('only ever takes away: who sees a document with it sees it without', () => {
    const scopes = fc.constantFrom<Scope>('org', here, there, hiv, genetic)
    const grants = fc.array(fc.tuple(fc.constantFrom(...roles), scopes), { maxLength: 6 })
    fc.assert(
      fc.property(
        grants,
        fc.constantFrom(here, there),
        fc.subarray([hiv, genetic]),
        (held, place, sensitive) => {
          const who = held.map(([role, scope]) => grant(role, scope))
          const [plain, marked] = [rolesOver(who, [place], at), rolesOver(who, [place, ...sensitive], at)]
          for (const role of marked) {
            expect(plain.has(role)).toBe(true)
            if (sensitive.length > 0) expect(rolesOverSensitive(who, at).has(role)).toBe(true)
          }
        },
      ),
    )
  })
})
