import { X509Certificate } from 'node:crypto'
import type { Clock } from '#app/kernel/index.ts'
import type { ServerConfig } from '../config.ts'
import { isLoopback } from './loopback.ts'
import { pinOfKey } from './own-key.ts'
import { readPem } from './read-pem.ts'

/** PEM: a certificate, with those that lead to its root behind it, and its key. */
export type HttpsMaterial = {
  readonly cert: Buffer | string
  readonly key: Buffer | string
  /** The pin of the key that comes after this one; null where nobody knows. */
  readonly nextPin: string | null
}

/**
 * What HTTPS needs; null for plain HTTP, which is for loopback only. Without files that an administrator gave, the server
 * makes a certificate of its own. Throws `server.config`, `server.data-unwritable`.
 */
export async function httpsMaterial(
  { host, names, tls }: ServerConfig['http'],
  clock: Clock,
): Promise<HttpsMaterial | null> {
  if (tls.files !== null) {
    // One after the other: of two that are missing, the first is named.
    const cert = await readPem('ROUNDS_TLS_CERT', tls.files.cert)
    const key = await readPem('ROUNDS_TLS_KEY', tls.files.key)
    const next = tls.nextCert === null ? null : await readPem('ROUNDS_TLS_NEXT_CERT', tls.nextCert)
    return { cert, key, nextPin: next === null ? null : pinOf({ cert: next }) }
  }
  if (!tls.always && isLoopback(host)) return null
  // Only where it is needed: what makes certificates changes `Reflect` for the whole process.
  const { ownCertificate } = await import('./own-certificate.ts')
  return ownCertificate(tls.ownFile, certificateNames(names), clock)
}

/** Without their ports, as a certificate holds them. */
export function certificateNames(names: readonly string[]): readonly string[] {
  return names.map(withoutPort)
}

function withoutPort(name: string): string {
  return name.replace(/:\d+$/, '')
}

/** What a client pins: SHA-256 of the certificate's public key (SPKI), base64. */
export function pinOf({ cert }: Pick<HttpsMaterial, 'cert'>): string {
  return pinOfKey(new X509Certificate(cert).publicKey)
}

/**
 * What sessions announce, so that clients pin it: nothing where it is not known which key comes next, since clients that
 * pinned one key would be locked out by the next.
 */
export function promisedPins(https: HttpsMaterial | null): readonly string[] {
  return https === null || https.nextPin === null ? [] : [pinOf(https), https.nextPin]
}
