import { AppError } from '#app/kernel/index.ts'
import type { MllpConfig } from '../../config.ts'
import { isLoopback, readPem } from '../../tls/index.ts'
import type { SendIdentity } from '../outbound/connection.ts'
import type { TlsMaterial } from './listener.ts'

/**
 * What TLS needs, read from its files; null for plain TCP, which is for loopback unless a setting says otherwise. Throws
 * `server.config`, naming the setting.
 */
export async function transportOf({
  host,
  plain,
  tls,
}: Pick<MllpConfig, 'host' | 'plain' | 'tls'>): Promise<TlsMaterial | null> {
  if (tls !== null) {
    const [cert, key, clientCa] = await Promise.all([
      readPem('ROUNDS_MLLP_CERT', tls.cert),
      readPem('ROUNDS_MLLP_KEY', tls.key),
      tls.clientCa === null ? null : readPem('ROUNDS_MLLP_CLIENT_CA', tls.clientCa),
    ])
    return { cert, key, clientCa }
  }
  if (plain === 'anywhere' || isLoopback(host)) return null
  const expected = `A certificate and its key, since ${host} is no loopback address; or ROUNDS_MLLP_PLAIN=anywhere.`
  throw new AppError('server.config', { setting: 'ROUNDS_MLLP_CERT', expected })
}

/** How this server shows itself to destinations, and whose certificates it believes. Throws `server.config`. */
export async function sendIdentityOf({
  sendTls: { ca, client },
}: Pick<MllpConfig, 'sendTls'>): Promise<SendIdentity> {
  return {
    ca: ca === null ? null : await readPem('ROUNDS_MLLP_SEND_CA', ca),
    client:
      client === null
        ? null
        : {
            cert: await readPem('ROUNDS_MLLP_SEND_CERT', client.cert),
            key: await readPem('ROUNDS_MLLP_SEND_KEY', client.key),
          },
  }
}
