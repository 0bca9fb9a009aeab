import { AppError, remedy, says } from '#app/kernel/index.ts'

/** What went wrong, in the catalogue's words where it has some, and what can be done about it. */
export function describeFailure(fault: unknown): string {
  if (fault instanceof AppError) return `${says(fault.code, fault.facts)}\n${remedy(fault.code, fault.facts)}`
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
}
