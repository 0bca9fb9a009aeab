import { createHash, X509Certificate } from 'node:crypto'
import type { Clock } from '#app/kernel/index.ts'
import type { ServerConfig } from '../config.ts'
import { isLoopback } from './loopback.ts'
import { readPem } from './read-pem.ts'

/** PEM: a certificate, with those that lead to its root behind it, and its key. */
export type HttpsMaterial = { readonly cert: Buffer | string; readonly key: Buffer | string }

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
    return { cert, key: await readPem('ROUNDS_TLS_KEY', tls.files.key) }
  }
  if (!tls.always && isLoopback(host)) return null
  // Only where it is needed: what makes certificates changes `Reflect` for the whole process.
  const { ownCertificate } = await import('./own-certificate.ts')
  return ownCertificate(tls.ownFile, names.map(withoutPort), clock)
}

function withoutPort(name: string): string {
  return name.replace(/:\d+$/, '')
}

/** What a client pins: SHA-256 of the certificate's public key (SPKI), base64. */
export function pinOf({ cert }: HttpsMaterial): string {
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64')
}
