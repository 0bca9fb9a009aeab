import type { ColumnTypes } from '../dialects/dialect.ts'

/** Recovery of forgotten passphrases: sealed boxes that nothing on this server opens. */
export function recovery({ text, row }: ColumnTypes): readonly string[] {
  return [
    `alter table organisation add column recovery_keys ${text}`,
    `create table escrows (device_id ${text} primary key references devices (id), fingerprint ${text} not null,
      boxes ${text} not null, created_at ${text} not null)${row}`,
    `create table recoveries (id ${text} primary key, device_id ${text} not null references devices (id),
      public_key ${text} not null, requested_at ${text} not null, first_by ${text}, boxes ${text},
      second_by ${text}, box ${text})${row}`,
    `create index recoveries_of_device on recoveries (device_id)`,
  ]
}
