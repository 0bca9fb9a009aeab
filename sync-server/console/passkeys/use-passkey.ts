import { startAuthentication } from '@simplewebauthn/browser'
import type { AuthenticationResponseJSON } from '@simplewebauthn/browser'
import { call } from '../call.ts'

/** Asks the person for one of their passkeys of this server. Throws where they give none. */
export async function showPasskey(): Promise<AuthenticationResponseJSON> {
  const { challenge } = await call('passkey-challenge', {}, null)
  return startAuthentication({
    optionsJSON: { challenge, rpId: location.hostname, userVerification: 'preferred' },
  })
}

/** What the browser says when somebody gave none, in words. */
export function isGivenUp(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'NotAllowedError'
}
