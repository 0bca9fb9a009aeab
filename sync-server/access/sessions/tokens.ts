import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'

/** A new bearer token: 256 random bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a token or a challenge. 256 random bits need no slow hash. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** The DER prefix of an Ed25519 public key (RFC 8410 section 4), before its 32 bytes. */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** Whether 32 bytes in base64 are an Ed25519 public key that Node takes. */
export function isPublicKey(base64: string): boolean {
  return Buffer.from(base64, 'base64').length === 32
}

/** Verifies an Ed25519 signature (RFC 8032) of a text. False for anything malformed. */
export function signatureFits(text: string, signature: string, publicKey: string): boolean {
  const bytes = Buffer.from(signature, 'base64')
  if (!isPublicKey(publicKey) || bytes.length !== 64) return false
  try {
    const der = Buffer.concat([spkiPrefix, Buffer.from(publicKey, 'base64')])
    return verify(null, Buffer.from(text), createPublicKey({ key: der, format: 'der', type: 'spki' }), bytes)
  } catch {
    return false
  }
}
