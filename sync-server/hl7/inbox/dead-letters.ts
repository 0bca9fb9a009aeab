import type { InboxSummary, MessageState, Store } from '../../store/contract.ts'
import type { FeedBook } from '../feed-book.ts'
import { messageTree } from '../parse/tree.ts'
import type { MessageTree } from '../parse/tree.ts'
import { parseMessage } from '../parse/message.ts'
import type { Applier } from './applier.ts'

// What a person does about messages that were not applied. The console asks; who may is decided there.

export type DeadLetters = {
  /** Latest first. */
  list(filter: {
    readonly state?: MessageState
    readonly before?: number
    readonly limit: number
  }): Promise<readonly InboxSummary[]>
  /** A message in full, for eyes that may see PHI. `tree` is null where it is no HL7. */
  view(
    sequence: number,
  ): Promise<{ readonly summary: InboxSummary; readonly tree: MessageTree | null } | null>
  /** Applies a closed message again, in its old place. False when it is not there, applied, or open. */
  replay(sequence: number): Promise<boolean>
  /** Every dead or parked message, oldest first; answers how many. */
  replayAll(state: 'dead' | 'parked'): Promise<number>
}

const PAGE = 256

export function createDeadLetters(
  store: Pick<Store, 'inbox'>,
  feeds: FeedBook,
  applier: Pick<Applier, 'wake'>,
): DeadLetters {
  async function waiting(state: 'dead' | 'parked'): Promise<InboxSummary[]> {
    const found: InboxSummary[] = []
    for (;;) {
      const before = found.at(-1)?.sequence
      const page = await store.inbox.list({ state, limit: PAGE, ...(before === undefined ? {} : { before }) })
      found.push(...page)
      if (page.length < PAGE) return found.toReversed()
    }
  }

  return {
    list: (filter) => store.inbox.list(filter),
    async view(sequence) {
      const entry = await store.inbox.entry(sequence)
      if (entry === null) return null
      const { raw, ...summary } = entry
      const parsed = parseMessage(Buffer.from(raw), () => feeds.byId(entry.feedId)?.settings.charset ?? null)
      return { summary, tree: parsed.ok ? messageTree(parsed.value) : null }
    },
    async replay(sequence) {
      const entry = await store.inbox.entry(sequence)
      if (entry === null || !canReplay(entry)) return false
      const reopened = await store.inbox.reopen(sequence)
      if (reopened) applier.wake()
      return reopened
    },
    async replayAll(state) {
      let count = 0
      for (const { sequence } of (await waiting(state)).filter(canReplay)) {
        if (await store.inbox.reopen(sequence)) count += 1
      }
      applier.wake()
      return count
    },
  }
}

/** What was applied or refused is over; bytes that are no HL7 can't become a message by trying again. */
function canReplay({ state, key }: InboxSummary): boolean {
  return (state === 'dead' || state === 'parked') && key !== null
}
