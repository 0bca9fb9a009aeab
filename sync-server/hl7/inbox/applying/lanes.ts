// A message that failed for a fault of ours is tried again a little later. Until then whatever is about the same subjects
// waits behind it, and so does what is behind that; everybody else goes on.

export type Lanes = {
  /** A fault while applying: waits, longer each time. Answers how many there have been. */
  failed(sequence: number): number
  attempts(sequence: number): number
  forget(sequence: number): void
  /** Which messages may go now: ask in the order of receipt. */
  gate(now: number): (sequence: number, subjects: () => readonly string[]) => boolean
  /** When the next one may be tried again; null when none waits. */
  next(): number | null
}

const PAUSE_MILLISECONDS = 50

export function openLanes(now: () => number): Lanes {
  const held = new Map<number, { attempts: number; until: number }>()
  return {
    failed(sequence) {
      const attempts = (held.get(sequence)?.attempts ?? 0) + 1
      held.set(sequence, { attempts, until: now() + PAUSE_MILLISECONDS * attempts })
      return attempts
    },
    attempts: (sequence) => held.get(sequence)?.attempts ?? 0,
    forget: (sequence) => void held.delete(sequence),
    gate(at) {
      const blocked = new Set<string>()
      return (sequence, subjects) => {
        if (held.size === 0) return true
        const own = subjects()
        const waits = (held.get(sequence)?.until ?? 0) > at || own.some((subject) => blocked.has(subject))
        if (waits) for (const subject of own) blocked.add(subject)
        return !waits
      }
    },
    next: () => (held.size === 0 ? null : Math.min(...[...held.values()].map(({ until }) => until))),
  }
}
