import type { Id } from '#app/kernel/index.ts'
import type { AuditEntry, Store } from '../store/contract.ts'

/** Who did it, or to which record; both null: everything. `before`: from there backwards. */
export type AuditQuestion = {
  readonly record: Id | null
  readonly user: Id | null
  readonly before: number | null
}

const PAGE = 1000
const MOST_FOUND = 100
/** Entries are sealed, so that looking for a record opens each: an answer says how far it came, and the next goes on. */
const MOST_OPENED = 20_000

/** What fits, the latest first. `before` is where to go on; null where the beginning was reached. */
export async function searchAudit(
  { audit }: Pick<Store, 'audit'>,
  question: AuditQuestion,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly before: number | null }> {
  const entries: AuditEntry[] = []
  let before = question.before ?? undefined
  for (let opened = 0; opened < MOST_OPENED; opened += PAGE) {
    const page = await audit.read({ before, limit: PAGE })
    for (const entry of page) {
      before = entry.seq
      if (fits(entry, question)) entries.push(entry)
      if (entries.length === MOST_FOUND) return { entries, before }
    }
    if (page.length < PAGE) return { entries, before: null }
  }
  return { entries, before: before ?? null }
}

function fits(entry: AuditEntry, { record, user }: AuditQuestion): boolean {
  return (user === null || entry.actor === user) && (record === null || entry.ids?.includes(record) === true)
}
