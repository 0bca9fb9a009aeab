/** The steps of setting a computer up, in their order. */
export type EnrolStep = 'account' | 'invitation' | 'passphrase' | 'code'

export const titles: Readonly<Record<EnrolStep, string>> = {
  account: 'Sign in',
  invitation: 'Your invitation',
  passphrase: 'Protect this computer',
  code: 'Show that it is you',
}

export function stepsOf(invitedOnly: boolean): readonly EnrolStep[] {
  return invitedOnly ? ['account', 'invitation', 'passphrase', 'code'] : ['account', 'passphrase']
}

/** Where what was refused is put right; anything else where the password was typed, or where the user is. */
export function stepAfterFault(code: string, current: EnrolStep): EnrolStep {
  if (code === 'replica.passphrase-weak') return 'passphrase'
  if (code === 'access.second-factor') return 'code'
  if (code === 'access.invitation') return 'invitation'
  return current === 'code' && code === 'network.unreachable' ? 'code' : 'account'
}
