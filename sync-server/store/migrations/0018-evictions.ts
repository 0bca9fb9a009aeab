import type { ColumnTypes } from '../dialects/dialect.ts'

/** Which documents were taken off each device, and when it said that nothing of them is left there. */
export function evictions({ text, slimRow }: ColumnTypes): readonly string[] {
  return [
    `create table evictions (device_id ${text} not null, collection ${text} not null, id ${text} not null,
      evicted_at ${text} not null, acknowledged_at ${text}, primary key (device_id, collection, id))${slimRow}`,
    `create index evictions_outstanding on evictions (device_id, evicted_at, id) where acknowledged_at is null`,
  ]
}
