import { describe, expect, it } from 'vitest'
import { contactVerdicts } from './index.ts'
import type { Consent } from './index.ts'

const at = '2026-03-11T12:00:00.000Z'
const consent = (terms: Partial<Consent>) =>
  ({ id: 'c', removedAt: null, status: 'active', ...terms }) as Consent
const answers = (...held: readonly Partial<Consent>[]) =>
  Object.fromEntries(contactVerdicts(held.map(consent), at).map(({ channel, answer }) => [channel, answer]))

describe('reaching a patient', () => {
  it('by a call or a letter is usual; the rest is asked for first', () => {
    expect(answers()).toEqual({
      phone: 'allowed',
      mail: 'allowed',
      sms: 'ask',
      email: 'ask',
      portal: 'ask',
      voicemail: 'ask',
    })
  })

  it('is what was said for each channel, and a no counts more than a yes', () => {
    const yes = {
      category: 'communication',
      provision: 'permit',
      channels: ['sms', 'email'],
    } satisfies Partial<Consent>
    const no = { category: 'communication', provision: 'deny', channels: ['sms'] } satisfies Partial<Consent>
    expect(answers(yes)).toMatchObject({ sms: 'allowed', email: 'allowed', voicemail: 'ask' })
    for (const both of [answers(yes, no), answers(no, yes)])
      expect(both).toMatchObject({ sms: 'forbidden', email: 'allowed' })
    expect(Object.values(answers({ ...no, channels: [] }))).toEqual(Array(6).fill('forbidden'))
    expect(answers({ ...no, status: 'inactive' }).sms).toBe('ask')
  })

  it('is by the ways of a confidential communication only', () => {
    const mobile = { category: 'confidential-communication', channels: ['phone'] } satisfies Partial<Consent>
    expect(answers(mobile)).toMatchObject({ phone: 'allowed', mail: 'forbidden', sms: 'forbidden' })
  })
})
