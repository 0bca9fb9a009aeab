import type { FeedSettings } from '../../feed-config.ts'
import type { Header } from '../../header.ts'
import type { Message } from '../../parse/message.ts'
import { firstSegment, read } from '../../parse/path.ts'
import { hasTime, momentOf, readTimestamp } from '../../parse/timestamp.ts'

const DAY = 86_400_000

/**
 * When it happened, by the sender: EVN-2, else MSH-7. Where both are missing, only a date, or lie in a time to come, the
 * time of receipt.
 */
export function sourceTime(
  message: Message,
  header: Header,
  settings: FeedSettings,
  receivedAt: string,
): string {
  const evn = firstSegment(message, 'EVN')
  for (const text of [evn === null ? '' : read(evn, '2'), header.time]) {
    const stamp = readTimestamp(text)
    if (stamp === null || !hasTime(stamp)) continue
    const { instant } = momentOf(stamp, settings.zone)
    if (Date.parse(instant) <= Date.parse(receivedAt) + DAY) return instant
  }
  return receivedAt
}
