import type { ColumnTypes } from '../dialects/dialect.ts'

/** How people get in: whether it takes an invitation and a second factor, and who was invited. */
export function invitations({ text, number, row }: ColumnTypes): readonly string[] {
  return [
    `alter table organisation add column invited_only ${number} not null default 0`,
    `alter table users add column factor_step ${number} not null default 0`,
    `create table invitations (id ${text} primary key, user_id ${text} not null references users (id),
      code_hash ${text} not null, created_by ${text} not null, created_at ${text} not null,
      expires_at ${text} not null, used_at ${text}, device_id ${text})${row}`,
    `create index invitations_of_user on invitations (user_id)`,
  ]
}
