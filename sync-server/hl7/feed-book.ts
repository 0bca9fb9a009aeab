import type { Id } from '#app/kernel/index.ts'
import type { Store } from '../store/contract.ts'
import { feedFor, feedOf } from './feed-config.ts'
import type { AcknowledgingFeed, Feed, SendingFeed } from './feed-config.ts'
import { isAcknowledging, isSending } from './feed-config.ts'
import type { Header } from './header.ts'

/** The feeds that are in use, held in memory: every message asks. */
export type FeedBook = {
  forSender(header: Header): Feed | null
  byId(id: Id): Feed | null
  /** Under which what names no known sender is kept. */
  first(): Feed | null
  /** Those whose partner is told of what people enter. */
  sending(): readonly SendingFeed[]
  /** Those whose application acknowledgements go to a machine of their own. */
  acknowledging(): readonly AcknowledgingFeed[]
  /** To be called after a feed was changed. */
  reload(): Promise<void>
}

export type OpenFeedBook = FeedBook & { close(): void }

/** Follows what any process of the server changes, until it is closed. */
export async function openFeedBook(
  store: Pick<Store, 'feeds' | 'onChange'>,
  onFault: (fault: unknown) => void,
): Promise<OpenFeedBook> {
  let feeds: readonly Feed[] = []
  /** Disabled feeds take no messages, but what they took is still theirs. */
  let all: readonly Feed[] = []
  async function reload(): Promise<void> {
    const stored = await store.feeds.list()
    all = stored.map(feedOf)
    feeds = stored.filter(({ disabledAt }) => disabledAt === null).map(feedOf)
  }
  await reload()
  const unsubscribe = store.onChange((change) => {
    if (change.type === 'feeds') void reload().catch(onFault)
  })
  return {
    forSender: (header) => feedFor(feeds, header),
    byId: (id) => all.find((feed) => feed.id === id) ?? null,
    first: () => feeds[0] ?? all[0] ?? null,
    sending: () => feeds.filter(isSending),
    acknowledging: () => feeds.filter(isAcknowledging),
    reload,
    close: unsubscribe,
  }
}
