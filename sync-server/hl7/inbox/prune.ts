import type { Clock } from '#app/kernel/index.ts'
import { everyHour } from '../../hourly.ts'
import type { Store } from '../../store/contract.ts'

const DAY = 86_400_000
/** The most messages of one commit: others write meanwhile. */
const PAGE = 1_000

export type PruneParts = {
  readonly store: Pick<Store, 'inbox' | 'outbox'>
  readonly clock: Clock
  readonly keepDays: number
  readonly onFault: (fault: unknown) => void
}

/** Forgets messages that are over, once they are older than the setting says; what waits for a person stays. */
export async function prune({ store, clock, keepDays }: Omit<PruneParts, 'onFault'>): Promise<number> {
  const before = new Date(clock.now() - keepDays * DAY).toISOString()
  return (await pruneAll(store.inbox, before)) + (await pruneAll(store.outbox, before))
}

async function pruneAll(
  messages: { prune(before: string, limit: number): Promise<number> },
  before: string,
): Promise<number> {
  let forgotten = 0
  for (;;) {
    const count = await messages.prune(before, PAGE)
    forgotten += count
    if (count < PAGE) return forgotten
  }
}

/** Prunes every hour until it is closed. */
export function startPruning(parts: PruneParts): { close(): Promise<void> } {
  return everyHour(() => prune(parts), parts.onFault)
}
