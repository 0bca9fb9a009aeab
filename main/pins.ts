import { createHash, X509Certificate } from 'node:crypto'

// Electron's answers to a certificate: accept, refuse, or what Chromium itself found.
const ACCEPT = 0
const REFUSE = -2
const AS_CHROMIUM_FOUND = -3

export type ShownCertificate = {
  readonly hostname: string
  readonly data: string
  readonly verificationResult: string
}

/** What Chromium says of a certificate that a server made for itself; a pinned key answers for that better. */
const ADMITTED_BY_PIN: ReadonlySet<string> = new Set(['net::OK', 'net::ERR_CERT_AUTHORITY_INVALID'])

/**
 * The verdict on a certificate, as `setCertificateVerifyProc` wants it. The pinned server must show one of the pinned
 * keys, in a certificate that Chromium finds nothing wrong with but who signed it; with no pins, and for every other host,
 * Chromium decides.
 */
export function certificateVerdict(pins: readonly string[], server: string, shown: ShownCertificate): number {
  if (pins.length === 0 || shown.hostname !== new URL(server).hostname) return AS_CHROMIUM_FOUND
  if (!ADMITTED_BY_PIN.has(shown.verificationResult)) return AS_CHROMIUM_FOUND
  return pins.includes(keyPin(shown.data)) ? ACCEPT : REFUSE
}

/** Whether a certificate with this verdict is talked to: accepted by its pin, or by Chromium where it decides. */
export function isBelieved(verdict: number, verificationResult: string): boolean {
  return verdict === ACCEPT || (verdict === AS_CHROMIUM_FOUND && verificationResult === 'net::OK')
}

/** SHA-256 of the certificate's public key, base64: it stays the same when the certificate is renewed for the key. */
export function keyPin(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ format: 'der', type: 'spki' })
  return createHash('sha256').update(key).digest('base64')
}
