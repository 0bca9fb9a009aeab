import type { ColumnTypes } from '../dialects/dialect.ts'

/** A shadow that is one of the document's revisions names it here, and seals nothing. */
export function shadowsByRevision({ number }: ColumnTypes): readonly string[] {
  return [`alter table shadows add column revision ${number}`]
}
