import type { ColumnTypes } from '../dialects/dialect.ts'

/** Sessions of two tokens, each bound to the device's key. Those that were open are opened anew by their devices. */
export function boundSessions({ text, row }: ColumnTypes): readonly string[] {
  return [
    `drop table sessions`,
    `create table sessions (id ${text} primary key, token_hash ${text} not null unique,
      token_expires_at ${text} not null, refresh_hash ${text} not null,
      user_id ${text} not null references users (id), device_id ${text} not null references devices (id),
      created_at ${text} not null, expires_at ${text} not null)${row}`,
    `create index sessions_of_user on sessions (user_id)`,
    `create index sessions_of_device on sessions (device_id)`,
  ]
}
