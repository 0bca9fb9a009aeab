import { describe, expect, it } from 'vitest'
import { derivedId, roles } from '../kernel/index.ts'
import type { Role, Scope } from '../kernel/index.ts'
import { markDeeds, mayDecideMarks } from './index.ts'
import type { MarkDeed, Subject } from './index.ts'

const at = '2026-03-11T12:00:00.000Z'
const user = derivedId('user')
const [here, there]: [Scope, Scope] = [`site:${derivedId('here')}`, `site:${derivedId('there')}`]
const deeds = Object.keys(markDeeds) as MarkDeed[]

function holding(role: Role, scope: Scope, until: string | null = null): Subject {
  const grant = { id: derivedId(role, scope), userId: user, role, scope, until }
  return { id: user, orgId: derivedId('org'), grants: [{ ...grant, from: '2026-01-01T00:00:00.000Z' }] }
}
const deedsOf = (subject: Subject, scopes: readonly Scope[]) =>
  deeds.filter((deed) => mayDecideMarks(subject, deed, scopes, at))

describe('deciding what is sensitive', () => {
  it('is for privacy officers; a supervisor may be the second to release; nobody else does any of it', () => {
    for (const role of roles) {
      const expected = role === 'privacy-officer' ? deeds : role === 'supervisor' ? ['approve-release'] : []
      expect(deedsOf(holding(role, 'org'), [here, 'sensitivity:hiv'])).toEqual(expected)
    }
  })

  it('goes as far as the grant, and no farther', () => {
    expect(deedsOf(holding('privacy-officer', here), [here])).toEqual(deeds)
    expect(deedsOf(holding('privacy-officer', here), [there])).toEqual([])
    expect(deedsOf(holding('privacy-officer', here, at), [here])).toEqual([])
    expect(deedsOf(holding('privacy-officer', 'sensitivity:hiv'), [here, 'sensitivity:hiv'])).toEqual([])
  })

  it('takes no right to the sensitivity', () => {
    expect(deedsOf(holding('privacy-officer', here), [here, 'sensitivity:hiv'])).toEqual(deeds)
  })
})
