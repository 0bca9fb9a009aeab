import type { Parsed } from './document-codec.ts'

/** The documents that were looked at last, so that who looks again finds the same object. */
export type RecentDocuments = {
  /** How many from now on. */
  keep(most: number): void
  get(id: string): Parsed | undefined
  set(id: string, parsed: Parsed): void
  delete(id: string): void
  clear(): void
}

const MOST = 256

/** A map keeps the order in which it was filled: the first is the one that nobody looked at for the longest time. */
export function recentDocuments(): RecentDocuments {
  const held = new Map<string, Parsed>()
  let most = MOST
  return {
    keep: (number) => void (most = number),
    get(id) {
      const parsed = held.get(id)
      if (parsed === undefined || held.size < most) return parsed
      held.delete(id)
      held.set(id, parsed)
      return parsed
    },
    set(id, parsed) {
      held.delete(id)
      held.set(id, parsed)
      if (held.size <= most) return
      for (const oldest of held.keys()) {
        held.delete(oldest)
        break
      }
    },
    delete: (id) => void held.delete(id),
    clear: () => held.clear(),
  }
}
