import type { ColumnTypes } from '../dialects/dialect.ts'

/** How each grant came about and ended: who proposed and approved it, and why. A proposal has a record and no grant yet. */
export function grantRecords({ text, bytes, row }: ColumnTypes): readonly string[] {
  return [`create table grant_records (grant_id ${text} primary key, sealed ${bytes} not null)${row}`]
}
