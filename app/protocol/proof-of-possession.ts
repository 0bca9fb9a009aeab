import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { base64Of } from '../kernel/base64.ts'

// A token opens nothing by itself: each request shows that it comes from the device whose key the session was opened
// with (DPoP, RFC 9449). What was overheard, or taken from memory, is of no use elsewhere.

/** `authorization: DPoP <token>`, and the proof in this header. */
export const PROOF_HEADER = 'dpop'
/** In every answer: what the next proof has to name. An old one is refused, and the answer brings the new. */
export const PROOF_NONCE_HEADER = 'dpop-nonce'

/** An Ed25519 public key as a JSON Web Key (RFC 8037). */
const deviceJwkSchema = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.base64url().length(43),
})

export const proofHeaderSchema = z.strictObject({
  typ: z.literal('dpop+jwt'),
  alg: z.literal('EdDSA'),
  jwk: deviceJwkSchema,
})

export const proofClaimsSchema = z.strictObject({
  /** Never used twice by one device. */
  jti: z.string().min(16).max(64),
  htm: z.enum(['GET', 'POST']),
  /** The address, without query and fragment. */
  htu: z.url().max(512),
  /** Seconds, on the device's clock: what counts as fresh is told by the nonce, since clocks of laptops are wrong. */
  iat: z.int(),
  /** SHA-256 of the token. */
  ath: z.base64url().length(43),
  nonce: z.string().min(1).max(64),
})
export type ProofClaims = z.infer<typeof proofClaimsSchema>

/** What the device signs; `publicKey` in base64. */
export function proofToSign(publicKey: string, claims: ProofClaims): string {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: urlSafe(publicKey) }
  return [{ typ: 'dpop+jwt', alg: 'EdDSA', jwk }, claims]
    .map((part) => urlSafe(base64Of(utf8ToBytes(JSON.stringify(part)))))
    .join('.')
}

/** The proof as it is sent (a JWS in its compact form); the signature in base64. */
export function signedProof(toSign: string, signature: string): string {
  return `${toSign}.${urlSafe(signature)}`
}

/** The claim `ath`: binds a proof to a token. */
export function tokenDigest(token: string): string {
  return urlSafe(base64Of(sha256(utf8ToBytes(token))))
}

/** Base64 without padding, of the alphabet for addresses (RFC 4648 section 5). */
function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
