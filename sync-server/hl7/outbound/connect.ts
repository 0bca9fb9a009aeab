import type { ErrorCode } from '#app/kernel/index.ts'
import { isLoopback } from '../../tls/index.ts'
import { openConnection } from './connection.ts'
import type { Connection, SendIdentity } from './connection.ts'

/** How this server sends: as whom, and where without TLS. */
export type SendRules = { readonly identity: SendIdentity; readonly plain: 'loopback' | 'anywhere' }

/** Where a feed's settings say that something is sent. */
export type Address = { readonly host: string; readonly port: number; readonly tls: boolean }

export const CONNECT_MILLISECONDS = 10_000

/** A connection, or why there is none. */
export async function connectTo(
  { identity, plain }: SendRules,
  { host, port, tls }: Address,
): Promise<Connection | ErrorCode> {
  if (!tls && plain !== 'anywhere' && !isLoopback(host)) return 'hl7.destination-plain'
  const opened = openConnection({ host, port, tls: tls ? identity : null }, CONNECT_MILLISECONDS)
  return opened.catch(() => 'hl7.destination-unreachable' as const)
}
