import { describe, expect, it } from 'vitest'
import { derivedId } from '#app/kernel/index.ts'
import { blankEnvelope } from '#renderer/ui/testing/envelope.ts'
import { prohibitionOf } from './consent-words.ts'
import type { Consent } from './consent-words.ts'

const now = '2026-03-11T12:00:00.000Z'

function consent(terms: Partial<Consent>): Consent {
  return { ...blankEnvelope(derivedId('consent'), 'consent'), status: 'active', period: {}, ...terms }
}

describe('what a consent forbids', () => {
  it('is said in the words of the desk', () => {
    const says = (terms: Partial<Consent>) => prohibitionOf(consent(terms), now)
    expect(says({ category: 'communication', provision: 'deny', channels: ['sms', 'email'] })).toBe(
      'Do not use: text message, e-mail',
    )
    expect(says({ category: 'communication', provision: 'deny' })).toBe('Do not call or write')
    expect(
      says({
        category: 'restriction',
        provision: 'deny',
        sensitivities: ['hiv'],
        actors: [{ key: 'a', role: 'excluded', name: 'The health plan' }],
      }),
    ).toBe('Do not disclose HIV to The health plan')
  })

  it('is nothing where it allows, was revoked, or has ended', () => {
    expect(prohibitionOf(consent({ category: 'communication', provision: 'permit' }), now)).toBeNull()
    const deny = { category: 'restriction', provision: 'deny' } as const
    expect(prohibitionOf(consent({ ...deny, status: 'inactive' }), now)).toBeNull()
    expect(prohibitionOf(consent({ ...deny, period: { end: '2026-03-10' } }), now)).toBeNull()
    expect(prohibitionOf(consent({ ...deny, period: { start: '2026-03' } }), now)).toBe('Do not disclose')
  })

  it('is nothing that the reader may not see', () => {
    expect(prohibitionOf(blankEnvelope(derivedId('consent'), 'consent'), now)).toBeNull()
  })
})
