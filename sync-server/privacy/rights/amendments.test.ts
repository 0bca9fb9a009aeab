import { describe, expect, it } from 'vitest'
import { dueOn, stepped } from './amendments.ts'
import type { Amendment } from './amendments.ts'

const asked: Amendment = {
  recordId: null,
  receivedOn: '2026-03-03',
  request: 'The allergy is my sister’s.',
  decision: null,
  disagreement: null,
  rebuttal: null,
}
const signature = { by: 'p', at: '2026-03-10T09:00:00.000Z', words: 'So' }
const deny = { step: 'decide', accepted: false, ground: 'accurate' } as const

describe('a request to amend', () => {
  it('is to be decided within sixty days', () => {
    expect(dueOn(asked)).toBe('2026-05-02')
  })

  it('goes from a denial to a disagreement and its answer, each once', () => {
    const denied = stepped(asked, deny, signature)
    const disagreed =
      denied && stepped(denied, { step: 'disagree' }, { ...signature, words: 'I do not agree' })
    const answered = disagreed && stepped(disagreed, { step: 'rebut' }, signature)
    expect(answered).toMatchObject({
      decision: { ground: 'accurate' },
      disagreement: { words: 'I do not agree' },
    })
    for (const step of ['disagree', 'rebut'] as const)
      expect(answered && stepped(answered, { step }, signature)).toBeNull()
    expect(denied && stepped(denied, deny, signature)).toBeNull()
  })

  it('names a ground where it is denied, none where it is accepted, and has no disagreement then', () => {
    expect(stepped(asked, { ...deny, ground: null }, signature)).toBeNull()
    expect(stepped(asked, { ...deny, accepted: true }, signature)).toBeNull()
    const accepted = stepped(asked, { step: 'decide', accepted: true, ground: null }, signature)
    expect(accepted?.decision?.accepted).toBe(true)
    expect(accepted && stepped(accepted, { step: 'disagree' }, signature)).toBeNull()
    expect(stepped(asked, { step: 'disagree' }, signature)).toBeNull()
  })
})
