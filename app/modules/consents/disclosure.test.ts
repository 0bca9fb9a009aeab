import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consentCategories, consentPurposes, consentStatuses } from './schema.ts'
import { groundsOf, refusalOf } from './index.ts'
import type { Consent, Disclosure } from './index.ts'

const at = '2026-03-11T12:00:00.000Z'
const lakeview = { key: 'a', role: 'recipient', name: 'Lakeview Recovery' } as const
const part2: Partial<Consent> = {
  category: 'part2-disclosure',
  provision: 'permit',
  status: 'active',
  purposes: ['treatment'],
  actors: [lakeview],
}
const consent = (terms: Partial<Consent>) => ({ id: 'c', removedAt: null, ...terms }) as Consent
const about = (told: Partial<Disclosure> = {}): Disclosure => ({
  recipient: { name: 'lakeview  recovery' },
  purpose: 'treatment',
  sensitivities: ['substance-use'],
  at,
  ...told,
})

describe('a disclosure', () => {
  it('is refused by a restriction that names its purpose, or none', () => {
    const restriction = (terms: Partial<Consent>) =>
      refusalOf([consent({ category: 'restriction', status: 'active', ...terms })], about()) !== undefined
    expect(restriction({ purposes: ['treatment'] })).toBe(true)
    expect(restriction({})).toBe(true)
    expect(restriction({ purposes: ['payment'] })).toBe(false)
    expect(restriction({ status: 'proposed' })).toBe(false)
    expect(restriction({ period: { end: '2026-03-10' } })).toBe(false)
  })

  it('rests on a consent where it tells of substance use: to whom and for what it says, and no further', () => {
    const grounds = (terms: Partial<Consent>, told: Partial<Disclosure> = {}) =>
      groundsOf([consent({ ...part2, ...terms })], about(told))?.length ?? 'none'
    expect(grounds({})).toBe(1)
    expect(grounds({}, { sensitivities: ['hiv'] })).toBe(0)
    expect(grounds({}, { purpose: 'payment' })).toBe('none')
    expect(grounds({}, { recipient: { name: 'Somebody else' } })).toBe('none')
    expect(grounds({ purposes: [] })).toBe('none')
    expect(grounds({ actors: [] })).toBe('none')
    expect(grounds({ actors: [{ ...lakeview, role: 'excluded' }] })).toBe('none')
    expect(grounds({ status: 'inactive' })).toBe('none')
    expect(grounds({ category: 'information-exchange' })).toBe('none')
    expect(grounds({ sensitivities: ['hiv'] })).toBe('none')
    expect(grounds({}, { sensitivities: ['psychotherapy-notes'] })).toBe('none')
  })

  it('knows a recipient by the account where both name one, whatever it is called', () => {
    const [one, other] = ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002']
    const named = consent({ ...part2, actors: [{ ...lakeview, accountId: one }] })
    expect(groundsOf([named], about({ recipient: { name: 'LRP', accountId: one } }))).toEqual([named])
    expect(groundsOf([named], about({ recipient: { name: lakeview.name, accountId: other } }))).toBeNull()
  })

  it('is never opened by a further prohibition, nor by a consent that is not active', () => {
    const terms = fc.record({
      category: fc.constantFrom(...consentCategories),
      status: fc.constantFrom(...consentStatuses),
      provision: fc.constantFrom('permit' as const, 'deny' as const),
      purposes: fc.subarray([...consentPurposes]),
      actors: fc.subarray([lakeview]),
    })
    const may = (held: readonly Consent[]) =>
      refusalOf(held, about()) === undefined && groundsOf(held, about()) !== null
    fc.assert(
      fc.property(fc.array(terms, { maxLength: 4 }), terms, (held, further) => {
        const before = held.map(consent)
        const silent = further.provision === 'deny' || further.status !== 'active'
        if (silent && !may(before)) expect(may([...before, consent(further)])).toBe(false)
      }),
    )
  })
})
