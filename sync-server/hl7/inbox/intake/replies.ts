import { sendMessages } from '../../send.ts'
import type { FeedSettings } from '../../feed-config.ts'

export type Destination = NonNullable<FeedSettings['replyTo']>

const ATTEMPTS = 3
const TIMEOUT_MILLISECONDS = 10_000

/**
 * Sends an application acknowledgement to where the feed wants them. A destination that can't be reached is tried again;
 * after that the sender must ask: the message itself is safe.
 */
export async function sendReply({ host, port }: Destination, reply: Buffer): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await sendMessages(host, port, [reply], {
        answersPerMessage: 0,
        timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      })
      return
    } catch (fault) {
      if (attempt === ATTEMPTS) throw fault
    }
  }
}
