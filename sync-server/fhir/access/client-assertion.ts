import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose'
import type { JWTVerifyGetKey } from 'jose'
import type { Clock, Id } from '#app/kernel/index.ts'
import type { ClientKeys, StoredClient } from '../../store/contract.ts'
import { publicKeySetSchema } from './public-keys.ts'

// How a machine proves who it is: a JWT of its own, signed by a key of its own (RFC 7523; SMART Backend Services,
// "Authenticate to the server"). Only the two algorithms that every SMART server must take.

const algorithms: ('RS384' | 'ES384')[] = ['RS384', 'ES384']
/** Seconds. The bound of SMART; clocks may differ by a little. */
const longestLife = 300
const clockSkew = 30

export type ProvenAssertion = { readonly jti: string; readonly expiresAt: string }

export type AssertionChecker = {
  /** Null for whatever is not a fresh assertion of this client for this token endpoint. Says nothing of repeats. */
  check(client: StoredClient, assertion: string, audience: string): Promise<ProvenAssertion | null>
}

export function createAssertionChecker(clock: Clock): AssertionChecker {
  const keySets = new Map<Id, { readonly known: string; readonly keys: JWTVerifyGetKey }>()

  /** Fetched keys are kept for a while, and for as long as the client's registration stays the same. */
  function keysOf({ id, keys }: StoredClient): JWTVerifyGetKey {
    const known = JSON.stringify(keys)
    const held = keySets.get(id)
    if (held?.known === known) return held.keys
    const made = keySetOf(keys)
    keySets.set(id, { known, keys: made })
    return made
  }

  return {
    async check(client, assertion, audience) {
      const now = clock.now()
      try {
        const { payload } = await jwtVerify(assertion, keysOf(client), {
          algorithms,
          audience,
          issuer: client.id,
          subject: client.id,
          requiredClaims: ['exp', 'jti'],
          clockTolerance: clockSkew,
          currentDate: new Date(now),
        })
        const { exp = 0, iat = 0, jti = '' } = payload
        const seconds = Math.floor(now / 1000)
        if (jti === '' || jti.length > 256) return null
        if (exp > seconds + longestLife + clockSkew || iat > seconds + clockSkew) return null
        return { jti, expiresAt: new Date((exp + clockSkew) * 1000).toISOString() }
      } catch {
        return null
      }
    },
  }
}

/** The subject that an assertion claims to be: read before anything of it is believed. Null where there is none. */
export function claimedClient(assertion: string): string | null {
  const [, payload = '', signature] = assertion.split('.')
  if (signature === undefined) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const subject = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : null
    return typeof subject === 'string' ? subject : null
  } catch {
    return null
  }
}

function keySetOf(keys: ClientKeys): JWTVerifyGetKey {
  if ('jwks' in keys) return createLocalJWKSet(publicKeySetSchema.parse(keys.jwks))
  return createRemoteJWKSet(new URL(keys.jwksUrl), { timeoutDuration: 5_000, cacheMaxAge: 300_000 })
}
