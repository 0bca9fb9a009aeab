import type { Id } from '#app/kernel/index.ts'
import type { Store } from '../../store/contract.ts'
import { Destination } from './destination.ts'
import type { DestinationParts } from './destination.ts'

export type SenderParts = Omit<DestinationParts, 'store'> & {
  readonly store: Pick<Store, keyof DestinationParts['store'] | 'onChange'>
}

export type Sender = {
  /** To be called after a feed was changed: there may be a destination more. */
  refresh(): void
  /** What is under way is finished; what is not sent stays for the next start. */
  close(): Promise<void>
}

/** Sends to every destination, each at its own pace: one that is down holds up nobody but itself. */
export function startSender(parts: SenderParts): Sender {
  const running = new Map<Id, Destination>()
  function refresh(): void {
    for (const { id } of parts.feeds.sending()) {
      const known = running.get(id)
      if (known === undefined) running.set(id, new Destination(parts, id))
      else known.wake()
    }
  }
  const unsubscribe = parts.store.onChange((change) => {
    if (change.type === 'outbox') refresh()
  })
  refresh()
  return {
    refresh,
    async close() {
      unsubscribe()
      await Promise.all([...running.values()].map((destination) => destination.close()))
    },
  }
}
