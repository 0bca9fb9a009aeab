import { describe, expect, it } from 'vitest'
import { derivedId } from '../../kernel/index.ts'
import { careTeamMemberSchema, membersOn } from './index.ts'
import type { CareTeamMember } from './index.ts'

const [ada, amir, eve] = [derivedId('ada'), derivedId('amir'), derivedId('eve')]

const members: readonly CareTeamMember[] = [
  { key: 'eve', contactId: eve, role: 'therapist' },
  { key: 'amir', userId: amir, role: 'lead', period: { end: '2026-03-31' } },
  { key: 'ada', userId: ada, role: 'lead', period: { start: '2026-04-01' } },
]

describe('who belongs to a care team', () => {
  it('changes on the day one follows another; who leads it comes first', () => {
    const keysOn = (day: string) => membersOn(members, day).map(({ key }) => key)
    expect(keysOn('2026-03-31')).toEqual(['amir', 'eve'])
    expect(keysOn('2026-04-01')).toEqual(['ada', 'eve'])
  })

  it('is a colleague or a practitioner, and not both', () => {
    const accepts = (who: Partial<CareTeamMember>) =>
      careTeamMemberSchema.safeParse({ key: 'one', role: 'nurse', ...who }).success
    expect([accepts({ userId: ada }), accepts({ contactId: eve })]).toEqual([true, true])
    expect([accepts({}), accepts({ userId: ada, contactId: eve })]).toEqual([false, false])
  })
})
