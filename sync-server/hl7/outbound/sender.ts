import type { Store } from '../../store/contract.ts'
import { carryAcknowledgements } from './carry-acknowledgements.ts'
import { carryMessages } from './carry-messages.ts'
import type { Carrier, CarrierParts } from './carrier.ts'
import { Destination } from './destination.ts'
import type { DestinationParts } from './destination.ts'

export type SenderParts = Omit<DestinationParts & CarrierParts, 'store'> & {
  readonly store: Pick<Store, keyof (DestinationParts & CarrierParts)['store'] | 'onChange'>
}

export type Sender = {
  /** To be called after a feed was changed: there may be a destination more. */
  refresh(): void
  /** What is under way is finished; what is not sent stays for the next start. */
  close(): Promise<void>
}

/** Sends to every destination, each at its own pace: one that is down holds up nobody but itself. */
export function startSender(parts: SenderParts): Sender {
  const { feeds, store } = parts
  const running = new Map<string, Destination>()
  function wake(key: string, carrier: () => Carrier): void {
    const known = running.get(key)
    if (known === undefined) running.set(key, new Destination(parts, carrier()))
    else known.wake()
  }
  function refresh(): void {
    for (const { id } of feeds.sending()) wake(`message ${id}`, () => carryMessages(parts, id))
    for (const { id } of feeds.acknowledging())
      wake(`acknowledgement ${id}`, () => carryAcknowledgements(parts, id))
  }
  const unsubscribe = store.onChange((change) => {
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
