import type { InboxEntry, NewMessage } from '../../../store/contract.ts'

/** What applying needs to know of an entry beside its message. */
export type Waiting = Pick<
  InboxEntry,
  'sequence' | 'id' | 'feedId' | 'receivedAt' | 'key' | 'facts' | 'replays' | 'reopened' | 'forced'
>

/** A message that was just kept, as its entry would be read. */
export function waitingOf(row: NewMessage, sequence: number, facts: Waiting['facts']): Waiting {
  const { id, feedId, receivedAt, key, replays = null } = row
  return { sequence, id, feedId, receivedAt, key, facts, replays, reopened: 0, forced: false }
}
