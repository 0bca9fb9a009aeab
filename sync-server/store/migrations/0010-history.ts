import type { ColumnTypes } from '../dialects/dialect.ts'

const DAY = 86_400_000

/** How far each collection had come when, and on which day an edit was answered: what is old can be told and forgotten. */
export function history({ text, number, slimRow }: ColumnTypes): readonly string[] {
  return [
    `create table history_marks (at ${text} not null, name ${text} not null, seq ${number} not null,
      primary key (at, name))${slimRow}`,
    // What was answered before is as old as today.
    `alter table receipts add column day ${number} not null default ${Math.floor(Date.now() / DAY)}`,
  ]
}
