import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import type { CryptoKey } from 'jose'
import type { Clock } from '#app/kernel/index.ts'
import { AppError } from '#app/kernel/index.ts'
import { proofClaimsSchema, proofHeaderSchema, tokenDigest } from '#app/protocol/index.ts'
import type { ProofClaims } from '#app/protocol/index.ts'

// Proofs of possession (DPoP, RFC 9449). Fresh is a proof that names a nonce of this process's own, of now or just before:
// clocks of laptops are wrong, and this process alone can tell whether it has seen a proof already.

/** What somebody shows who claims a session. */
export type Presented = {
  readonly token: string
  /** Null: there was none. */
  readonly proof: string | null
  readonly method: string
  /** Whether an address is the one that was asked. */
  isHere(address: URL): boolean
}

export type Proofs = {
  /** What proofs have to name from now on. */
  nonce(): string
  /**
   * Throws `access.proof-nonce`, and `access.proof` with the fact `why`: `missing`, `key` (another device's), `request`
   * (made for another one), `replayed`, `malformed`. `publicKey`: of the device whose token it is, base64.
   */
  check(presented: Presented, publicKey: string): Promise<void>
}

/** A proof is good for this long at least, and for twice as long at most. */
const WINDOW = 5 * 60_000
/** Of one window; beyond it nobody is let in until the next. */
const MOST_PROOFS = 1_000_000
const MOST_KEYS = 10_000

export function createProofs(clock: Clock): Proofs {
  const nonces = createNonces(clock)
  const seen = createSeen()
  const keys = createKeys()

  return {
    nonce: () => nonces.at(nonces.window()),
    async check(presented, publicKey) {
      if (presented.proof === null) throw refused('missing')
      const claims = await claimsOf(presented.proof, publicKey, keys)
      if (!isFor(claims, presented)) throw refused('request')
      const window = nonces.windowOf(claims.nonce)
      if (window === null) throw new AppError('access.proof-nonce')
      if (!seen.take(window, `${publicKey} ${claims.jti}`)) throw refused('replayed')
    },
  }
}

type Why = 'missing' | 'key' | 'request' | 'replayed' | 'malformed'

function refused(why: Why): AppError {
  return new AppError('access.proof', { why })
}

async function claimsOf(proof: string, publicKey: string, keys: Keys): Promise<ProofClaims> {
  const header = proofHeaderSchema.safeParse(headerOf(proof)).data
  if (header === undefined) throw refused('malformed')
  if (header.jwk.x !== Buffer.from(publicKey, 'base64').toString('base64url')) throw refused('key')
  const key = await keys(publicKey, header.jwk)
  const verified = await jwtVerify(proof, key, { algorithms: ['EdDSA'], typ: 'dpop+jwt' }).catch(() => null)
  // A right key by name, and a signature that is not of it: another's all the same.
  if (verified === null) throw refused('key')
  const claims = proofClaimsSchema.safeParse(verified.payload).data
  if (claims === undefined) throw refused('malformed')
  return claims
}

function headerOf(proof: string): unknown {
  try {
    return decodeProtectedHeader(proof)
  } catch {
    return null
  }
}

function isFor({ htm, htu, ath }: ProofClaims, { token, method, isHere }: Presented): boolean {
  const address = new URL(htu)
  return htm === method && isHere(address) && sameText(ath, tokenDigest(token))
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

function createNonces(clock: Clock) {
  const key = randomBytes(32)
  const window = () => Math.floor(clock.now() / WINDOW)
  let last = { window: -1, nonce: '' }
  const at = (wanted: number): string => {
    if (last.window === wanted) return last.nonce
    const nonce = createHmac('sha256', key).update(String(wanted)).digest('base64url').slice(0, 22)
    if (wanted === window()) last = { window: wanted, nonce }
    return nonce
  }
  return {
    window,
    at,
    /** Of now or of the time just before; null: neither. */
    windowOf(nonce: string): number | null {
      const now = window()
      return [now, now - 1].find((one) => sameText(nonce, at(one))) ?? null
    },
  }
}

/** Proofs of the two windows that still count; what is older could not be shown again anyway. */
function createSeen() {
  const windows = new Map<number, Set<string>>()
  return {
    /** False where it was there before, or where nothing more can be remembered. */
    take(window: number, proof: string): boolean {
      for (const known of windows.keys()) if (known < window - 1) windows.delete(known)
      const proofs = windows.get(window) ?? new Set()
      windows.set(window, proofs)
      if (proofs.has(proof) || proofs.size >= MOST_PROOFS) return false
      proofs.add(proof)
      return true
    },
  }
}

type Keys = (publicKey: string, jwk: { kty: string; crv: string; x: string }) => Promise<CryptoKey>

/** Importing a key costs as much as using it. */
function createKeys(): Keys {
  const known = new Map<string, CryptoKey>()
  return async (publicKey, jwk) => {
    const remembered = known.get(publicKey)
    if (remembered !== undefined) return remembered
    const key = await importJWK(jwk, 'EdDSA')
    if (key instanceof Uint8Array) throw refused('malformed')
    if (known.size >= MOST_KEYS) known.clear()
    known.set(publicKey, key)
    return key
  }
}
