import type { AuditEntry, AuditStore } from '../store/contract.ts'

const PAGE = 1000

/** The entries from an instant on and before another, the latest first. Entries are sealed: walking opens each. */
export async function* entriesBetween(
  audit: Pick<AuditStore, 'read'>,
  from: string,
  until: string,
): AsyncGenerator<AuditEntry> {
  let before: number | undefined
  for (;;) {
    const page = await audit.read({ before, limit: PAGE })
    for (const entry of page) {
      before = entry.seq
      // Entries stand in the order in which they were written; a clock that was set may put one a little out of it.
      if (entry.at < from && isWellBefore(entry.at, from)) return
      if (entry.at >= from && entry.at < until) yield entry
    }
    if (page.length < PAGE) return
  }
}

const A_DAY = 86_400_000

function isWellBefore(at: string, from: string): boolean {
  return Date.parse(at) < Date.parse(from) - A_DAY
}
