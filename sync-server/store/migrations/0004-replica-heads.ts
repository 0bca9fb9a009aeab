import type { ColumnTypes } from '../dialects/dialect.ts'

/** Where each device's copy stood when it was last here, and what was noticed of it. */
export function replicaHeads({ text, number, row }: ColumnTypes): readonly string[] {
  return [
    `create table replica_heads (device_id ${text} primary key references devices (id),
      commit_number ${number} not null, opening ${text} not null, left_behind ${text} not null,
      healing ${number} not null, decided ${number} not null)${row}`,
    `alter table devices add column older_copy_at ${text}`,
    `alter table devices add column copied_at ${text}`,
  ]
}
