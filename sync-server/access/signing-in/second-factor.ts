import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { Secret, TOTP } from 'otpauth'
import type { Clock } from '#app/kernel/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { AccessStore, SecondFactor, StoredUser } from '../../store/contract.ts'
import type { Passkeys, Site } from './passkeys.ts'

// A time-based one-time password (RFC 6238): six digits, thirty seconds, SHA-1, which is what every authenticator
// program takes. A code serves once, and one step before or after it is taken, too (RFC 6238 section 5.2).

const period = 30
const takenAround = 1

function authenticator(secret: string, label = ''): TOTP {
  return new TOTP({
    issuer: 'Rounds',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period,
    secret: Secret.fromBase32(secret),
  })
}

/** 160 random bits (RFC 4226 section 4, R6), not confirmed yet. */
export function newSecondFactor(): SecondFactor {
  return { secret: new Secret({ size: 20 }).base32, confirmedAt: null }
}

/** The address that an authenticator reads from a picture: `otpauth://totp/...`. It holds the secret. */
export function authenticatorUri({ secret }: SecondFactor, login: string, organisation: string): string {
  // A colon would end the name of the issuer.
  return authenticator(secret, `${login} at ${organisation}`.replaceAll(':', ' ')).toString()
}

/** The code that an authenticator shows at a moment. */
export function codeAt({ secret }: SecondFactor, now: number): string {
  return authenticator(secret).generate({ timestamp: now })
}

/** Whether the code is the user's of about now and was not used before; it is used up. */
export async function takeCode(
  { access, clock }: { readonly access: AccessStore; readonly clock: Clock },
  user: StoredUser,
  code: string | undefined,
): Promise<boolean> {
  if (user.secondFactor === null || code === undefined) return false
  const now = clock.now()
  const delta = authenticator(user.secondFactor.secret).validate({
    token: code,
    timestamp: now,
    window: takenAround,
  })
  if (delta === null) return false
  return access.takeFactorStep(user.id, Math.floor(now / 1000 / period) + delta)
}

/** What somebody shows beside a password. */
export type ShownFactor = {
  readonly code?: string | undefined
  readonly passkey?: AuthenticationResponseJSON | undefined
}

type FactorParts = {
  readonly store: { readonly access: AccessStore }
  readonly clock: Clock
  readonly passkeys: Passkeys
}

/** Who has an authenticator or a passkey shows it; who has neither yet is not asked. Null: that is settled. */
export async function factorRefusal(
  { store, clock, passkeys }: FactorParts,
  user: StoredUser,
  { code, passkey }: ShownFactor,
  site: Site,
): Promise<AppError | null> {
  if (!(await hasFactor(store.access, user))) return null
  const isRight =
    (passkey !== undefined && (await passkeys.fits(user, site, passkey))) ||
    (hasAuthenticator(user) && (await takeCode({ access: store.access, clock }, user, code)))
  return isRight ? null : new AppError('access.second-factor')
}

/** Whether somebody has shown what they can show beside their password. */
export async function hasFactor(access: AccessStore, user: StoredUser): Promise<boolean> {
  return hasAuthenticator(user) || (await access.passkeys(user.id)).length > 0
}

/** One that counts: its first code was shown. */
function hasAuthenticator({ secondFactor }: StoredUser): boolean {
  return secondFactor !== null && secondFactor.confirmedAt !== null
}
