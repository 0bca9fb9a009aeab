import { AppError } from '#app/kernel/index.ts'
import { isLoopback } from '../../../tls/index.ts'
import type { FeedSettings } from '../../feed-config.ts'
import { openConnection } from '../../outbound/connection.ts'
import type { SendIdentity } from '../../outbound/connection.ts'

export type Destination = NonNullable<FeedSettings['replyTo']>

/** How this server sends: as whom, and where without TLS. */
export type ReplyParts = { readonly identity: SendIdentity; readonly plain: 'loopback' | 'anywhere' }

const ATTEMPTS = 3
const TIMEOUT_MILLISECONDS = 10_000

/**
 * Sends an application acknowledgement to where the feed wants them. A destination that can't be reached is tried again;
 * after that the sender must ask: the message itself is safe. Throws `hl7.destination-plain`.
 */
export async function sendReply(
  { identity, plain }: ReplyParts,
  { host, port, tls }: Destination,
  reply: Buffer,
): Promise<void> {
  if (!tls && plain !== 'anywhere' && !isLoopback(host)) throw new AppError('hl7.destination-plain')
  for (let attempt = 1; ; attempt += 1) {
    try {
      const connection = await openConnection(
        { host, port, tls: tls ? identity : null },
        TIMEOUT_MILLISECONDS,
      )
      return await connection.tell(reply)
    } catch (fault) {
      if (attempt === ATTEMPTS) throw fault
    }
  }
}
