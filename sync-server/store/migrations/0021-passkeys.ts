import type { ColumnTypes } from '../dialects/dialect.ts'

/** Passkeys of users, as second factors. */
export function passkeys({ text, number, bytes, row }: ColumnTypes): readonly string[] {
  return [
    `create table passkeys (id_hash ${text} primary key, user_id ${text} not null references users (id),
      counter ${number} not null, created_at ${text} not null, last_used_at ${text}, sealed ${bytes} not null)${row}`,
    `create index passkeys_of_user on passkeys (user_id)`,
  ]
}
