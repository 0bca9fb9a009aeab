import type { ColumnTypes } from '../dialects/dialect.ts'

/** How far each device's chain of reads has been taken in, and the hashes of its last batches. */
export function readHeads({ text, number, row }: ColumnTypes): readonly string[] {
  return [
    `create table read_heads (device_id ${text} primary key, number ${number} not null, recent ${text} not null)${row}`,
  ]
}
