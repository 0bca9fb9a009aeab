import { randomBytes } from 'node:crypto'
import {
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { AuditAgent, Store, StoredPasskey, StoredUser } from '../../store/contract.ts'

// Passkeys (WebAuthn level 3) as a second factor beside the password: bound to this server's name by the browser, so that a
// page of another name gets nothing by them. No attestation is asked for: any authenticator will do.

const challengeLasts = 5 * 60_000
const MOST_CHALLENGES = 10_000
const MOST_OF_A_USER = 10

/** The page that asks: one of the server's own, as admission has found. */
export type Site = { readonly origin: string }

export type NewPasskey = {
  readonly by: AuditAgent
  readonly site: Site
  readonly response: RegistrationResponseJSON
  readonly label: string
}

export type Passkeys = {
  /** For a sign-in; says nothing of anybody. Serves once, for five minutes, at this process. */
  challenge(): string
  /** For one more of the user's, who has just shown who they are; serves once, for five minutes, for them alone. */
  options(user: StoredUser, site: Site): Promise<PublicKeyCredentialCreationOptionsJSON>
  /** Throws `access.passkey`. */
  add(user: StoredUser, passkey: NewPasskey): Promise<void>
  /** Whether it is a passkey of the user, shown for a challenge of ours; the challenge is used up. */
  fits(user: StoredUser, site: Site, response: AuthenticationResponseJSON): Promise<boolean>
}

export function createPasskeys({ store, clock }: { readonly store: Store; readonly clock: Clock }): Passkeys {
  const challenges = createChallenges(clock)
  const verifying = ({ origin }: Site, whose: Id | null) => ({
    expectedChallenge: (challenge: string) => challenges.take(challenge, whose),
    expectedOrigin: origin,
    expectedRPID: new URL(origin).hostname,
    requireUserVerification: false,
  })

  return {
    challenge: () => challenges.make(null),
    async options(user, { origin }) {
      const known = await store.access.passkeys(user.id)
      return generateRegistrationOptions({
        rpName: 'Rounds',
        rpID: new URL(origin).hostname,
        userName: user.login,
        userDisplayName: user.name,
        challenge: Buffer.from(challenges.make(user.id), 'base64url'),
        attestationType: 'none',
        excludeCredentials: known.map(({ id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      })
    },
    async add(user, { by, site, response, label }) {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response,
        ...verifying(site, user.id),
      }).catch(() => ({ verified: false, registrationInfo: undefined }))
      const known = await store.access.passkeys(user.id)
      if (!verified || registrationInfo === undefined || known.length >= MOST_OF_A_USER) {
        throw new AppError('access.passkey')
      }
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential
      const at = instant(clock)
      const key = { publicKey: Buffer.from(publicKey).toString('base64url'), counter, transports }
      await store.transaction(async (tx) => {
        await tx.access.addPasskey({ id, userId: user.id, ...key, label, createdAt: at, lastUsedAt: null })
        tx.stage({ type: 'audit', at, ...by, action: 'add-passkey' })
      })
    },
    async fits(user, site, response) {
      const passkey = (await store.access.passkeys(user.id)).find(({ id }) => id === response.id)
      if (passkey === undefined) return false
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        ...verifying(site, null),
        credential: credentialOf(passkey),
      }).catch(() => ({ verified: false, authenticationInfo: undefined }))
      if (!verified || authenticationInfo === undefined) return false
      return store.access.usePasskey(passkey.id, authenticationInfo.newCounter, instant(clock))
    },
  }
}

function credentialOf({ id, publicKey, counter }: StoredPasskey) {
  return { id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter }
}

/** `whose`: the user who may add a passkey by it; null: it is for showing one. */
function createChallenges(clock: Clock) {
  const open = new Map<string, { readonly until: number; readonly whose: Id | null }>()
  return {
    make(whose: Id | null): string {
      const now = clock.now()
      for (const [challenge, { until }] of open) if (until <= now) open.delete(challenge)
      if (open.size >= MOST_CHALLENGES) throw new AppError('access.throttled', { seconds: 60 })
      const challenge = randomBytes(32).toString('base64url')
      open.set(challenge, { until: now + challengeLasts, whose })
      return challenge
    },
    take(challenge: string, whose: Id | null): boolean {
      const made = open.get(challenge)
      open.delete(challenge)
      return made !== undefined && made.until > clock.now() && made.whose === whose
    },
  }
}
