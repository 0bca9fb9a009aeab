import type { ColumnTypes } from '../dialects/dialect.ts'

/** Who tries to get in and should not, one row a cause until somebody has seen it; and where users came from before. */
export function accessAlerts({ text, number, bytes, row }: ColumnTypes): readonly string[] {
  return [
    `create table access_alerts (id ${text} primary key, kind ${text} not null, cause_hash ${text} not null,
      user_id ${text}, device_id ${text}, first_at ${text} not null, last_at ${text} not null,
      count ${number} not null, seen_by ${text}, seen_at ${text}, sealed ${bytes} not null)${row}`,
    `create unique index unseen_alerts on access_alerts (cause_hash) where seen_at is null`,
    `create table known_addresses (subject_hash ${text} primary key, last_at ${text} not null)${row}`,
  ]
}
