import { readFile } from 'node:fs/promises'
import { BlockList, isIP } from 'node:net'
import { AppError } from '#app/kernel/index.ts'
import type { MllpConfig } from '../../config.ts'
import type { TlsMaterial } from './listener.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function isLoopback(host: string): boolean {
  const family = isIP(host)
  if (family === 0) return host === 'localhost'
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

/**
 * What TLS needs, read from its files; null for plain TCP, which is for loopback unless a setting says otherwise. Throws
 * `server.config`, naming the setting.
 */
export async function transportOf({ host, plain, tls }: MllpConfig): Promise<TlsMaterial | null> {
  if (tls !== null) {
    const [cert, key, clientCa] = await Promise.all([
      pem('ROUNDS_MLLP_CERT', tls.cert),
      pem('ROUNDS_MLLP_KEY', tls.key),
      tls.clientCa === null ? null : pem('ROUNDS_MLLP_CLIENT_CA', tls.clientCa),
    ])
    return { cert, key, clientCa }
  }
  if (plain === 'anywhere' || isLoopback(host)) return null
  const expected = `A certificate and its key, since ${host} is no loopback address; or ROUNDS_MLLP_PLAIN=anywhere.`
  throw new AppError('server.config', { setting: 'ROUNDS_MLLP_CERT', expected })
}

async function pem(setting: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new AppError('server.config', { setting, expected: 'A file that can be read.' }, { cause })
  }
}
