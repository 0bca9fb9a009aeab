import type { CDPSession, Page } from 'playwright-core'

// An authenticator of the browser's own (WebAuthn's virtual one): it is at hand, and its person is known to it.

/** From now on; what it holds is kept as long as the session. */
export async function withAuthenticator(page: Page): Promise<CDPSession> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await plugIn(devtools)
  return devtools
}

export async function plugIn(devtools: CDPSession): Promise<void> {
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** The server's address by a name: a passkey can't be bound to a number. */
export function byName(url: string): string {
  return url.replace('127.0.0.1', 'localhost')
}
