/** How a person shows who they are: by typing it here, or at a page of the server in their browser. */
export type EnrolWay = 'password' | 'browser'

/** The steps of setting a computer up, in their order. */
export type EnrolStep = 'account' | 'invitation' | 'passphrase' | 'code' | 'browser'

export const titles: Readonly<Record<EnrolStep, string>> = {
  account: 'Sign in',
  invitation: 'Your invitation',
  passphrase: 'Protect this computer',
  code: 'Show that it is you',
  browser: 'Sign in with your browser',
}

export function stepsOf(way: EnrolWay, invitedOnly: boolean): readonly EnrolStep[] {
  const invited: readonly EnrolStep[] = invitedOnly ? ['account', 'invitation'] : ['account']
  if (way === 'browser') return [...invited, 'passphrase', 'browser']
  return invitedOnly ? [...invited, 'passphrase', 'code'] : [...invited, 'passphrase']
}

const putRightAt: Readonly<Record<string, EnrolStep>> = {
  'replica.passphrase-weak': 'passphrase',
  'access.second-factor': 'code',
  'access.invitation': 'invitation',
  'access.sign-in-code': 'browser',
  'access.sign-in-over': 'browser',
}

/** Where what was refused is put right; anything else where the password was typed, or where the user is. */
export function stepAfterFault(code: string, current: EnrolStep): EnrolStep {
  const step = putRightAt[code]
  if (step !== undefined) return step
  const isLast = current === 'code' || current === 'browser'
  return isLast && code === 'network.unreachable' ? current : 'account'
}
