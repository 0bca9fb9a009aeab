import { epochOf } from '../cipher/page-format.ts'
import type { ResealOptions } from '../contract.ts'
import type { PageStore } from '../page-store/page-store.ts'
import type { CommitWriter } from './commit-writer.ts'
import type { LogCollection } from './log-collection.ts'

/** Pages of one commit: people who write meanwhile wait for one such commit at most. */
const AT_ONCE = 8

type ResealedLog = Pick<LogCollection, 'pagesBefore' | 'reseal'>

/**
 * Writes every page of the open collections again that lies under an older key, a few at a time. Answers the epochs
 * that something on the disk still bears: a collection that is not open, or a page that does not open, keeps its own.
 */
export async function resealOldPages(
  parts: {
    readonly pageStore: PageStore
    readonly writer: CommitWriter
    readonly epoch: number
    readonly logs: ReadonlyMap<string, ResealedLog>
  },
  { signal, onProgress }: ResealOptions,
): Promise<ReadonlySet<number>> {
  const { pageStore, writer, epoch, logs } = parts
  const left = (): number => [...logs.values()].reduce((sum, log) => sum + log.pagesBefore(epoch), 0)
  const total = left()
  for (const log of logs.values()) {
    while (log.pagesBefore(epoch) > 0) {
      signal.throwIfAborted()
      onProgress({ done: Math.max(0, total - left()), total })
      await log.reseal(epoch, AT_ONCE)
    }
  }
  signal.throwIfAborted()
  // What was written under the old key before is through, and all of it is on the disk, the head too.
  await writer.write({
    durability: 'strict',
    alone: true,
    prepare: () => undefined,
    committed: () => undefined,
  })
  onProgress({ done: total, total })
  return epochsOnDisk(pageStore, signal)
}

/** Looks at the disk itself: what memory believes is not enough to throw a key away. */
async function epochsOnDisk(pageStore: PageStore, signal: AbortSignal): Promise<ReadonlySet<number>> {
  const epochs = new Set<number | null>()
  const head = await pageStore.readHead()
  if (head !== null) epochs.add(epochOf(head))
  const keys = await pageStore.keys()
  while (keys.length > 0) {
    signal.throwIfAborted()
    for (const page of (await pageStore.read(keys.splice(0, AT_ONCE))).values()) epochs.add(epochOf(page))
  }
  return new Set([...epochs].filter((epoch) => epoch !== null))
}
