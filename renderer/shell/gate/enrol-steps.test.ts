import { describe, expect, it } from 'vitest'
import { stepAfterFault, stepsOf } from './enrol-steps.ts'

describe('the steps of setting a computer up', () => {
  it('end with what is not good for long: a code of the authenticator, or of the page', () => {
    expect(stepsOf('password', false)).toEqual(['account', 'passphrase'])
    expect(stepsOf('password', true)).toEqual(['account', 'invitation', 'passphrase', 'code'])
    expect(stepsOf('browser', false)).toEqual(['account', 'passphrase', 'browser'])
    expect(stepsOf('browser', true)).toEqual(['account', 'invitation', 'passphrase', 'browser'])
  })

  it('go back to where a refusal is put right', () => {
    expect(stepAfterFault('access.sign-in-code', 'browser')).toBe('browser')
    expect(stepAfterFault('access.sign-in-over', 'browser')).toBe('browser')
    expect(stepAfterFault('access.invitation', 'browser')).toBe('invitation')
    expect(stepAfterFault('network.unreachable', 'browser')).toBe('browser')
    expect(stepAfterFault('network.unreachable', 'passphrase')).toBe('account')
    expect(stepAfterFault('access.revoked', 'browser')).toBe('account')
  })
})
