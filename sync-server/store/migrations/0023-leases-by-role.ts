import type { ColumnTypes } from '../dialects/dialect.ts'

/** The days of roles whose lease is another than everybody's, and the lease that a device was given last. */
export function leasesByRole({ text }: ColumnTypes): readonly string[] {
  return [
    `alter table organisation add column lease_by_role ${text}`,
    `alter table devices add column lease_until ${text}`,
  ]
}
