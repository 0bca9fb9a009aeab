import type { ColumnTypes } from '../dialects/dialect.ts'

/** How long a replica opens without contact, and orders to wipe a device. */
export function leaseAndWipe({ text, number }: ColumnTypes): readonly string[] {
  return [
    `alter table organisation add column lease_days ${number} not null default 7`,
    `alter table devices add column wipe_ordered_at ${text}`,
    `alter table devices add column wiped_at ${text}`,
  ]
}
