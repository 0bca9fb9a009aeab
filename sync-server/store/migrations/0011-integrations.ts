import type { ColumnTypes } from '../dialects/dialect.ts'

/** Machine clients, the agreements that they rest on, their tokens; and when each document was last stored. */
export function integrations({ text, bytes, row, slimRow }: ColumnTypes): readonly string[] {
  return [
    `create table agreements (id ${text} primary key, kind ${text} not null, valid_from ${text} not null,
      valid_until ${text}, created_at ${text} not null, ended_at ${text}, sealed ${bytes} not null)${row}`,
    `create table clients (id ${text} primary key, agreement_id ${text} not null references agreements (id),
      created_at ${text} not null, revoked_at ${text}, sealed ${bytes} not null)${row}`,
    `create table client_tokens (token_hash ${text} primary key,
      client_id ${text} not null references clients (id), smart_scopes ${text} not null,
      created_at ${text} not null, expires_at ${text} not null)${row}`,
    `create index client_tokens_of_client on client_tokens (client_id)`,
    `create table client_assertions (hash ${text} primary key, expires_at ${text} not null)${slimRow}`,
    `alter table documents add column stored_at ${text}`,
  ]
}
