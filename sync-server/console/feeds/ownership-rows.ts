import type { FeedSettings } from '../../hl7/feed-settings.ts'

// Who decides a field: as the settings hold it, and as rows that a person edits. Pure.

export type OwnershipRow = { readonly module: string; readonly field: string; readonly owner: string }

export function rowsOf(ownership: FeedSettings['ownership']): OwnershipRow[] {
  return Object.entries(ownership).flatMap(([module, fields]) =>
    Object.entries(fields).map(([field, owner]) => ({ module, field, owner })),
  )
}

/** Of two rows about one field the later one counts. */
export function ownershipOf(rows: readonly OwnershipRow[]): Record<string, Record<string, string>> {
  const made: Record<string, Record<string, string>> = {}
  for (const { module, field, owner } of rows) made[module] = { ...made[module], [field]: owner }
  return made
}
