import { collections } from '#app/kernel/index.ts'
import type { ColumnTypes } from '../dialects/dialect.ts'

/** Every table of the first release. */
export function firstTables({ text, number, bytes, row, slimRow }: ColumnTypes): readonly string[] {
  return [
    `create table organisation (singleton ${number} primary key check (singleton = 1), id ${text} not null,
      data ${text} not null, zone ${text} not null, created_at ${text} not null, incarnation ${text} not null,
      sealed ${bytes} not null)${row}`,

    `create table counters (name ${text} primary key, seq ${number} not null, horizon ${number} not null)${row}`,
    `insert into counters (name, seq, horizon) values ${[...collections, 'inbox', 'access']
      .map((name) => `('${name}', 0, 0)`)
      .join(', ')}`,

    `create table documents (collection ${text} not null, id ${text} not null, kind ${text} not null,
      seq ${number} not null, previous ${number} not null, scopes ${text} not null,
      primary key (collection, id))${slimRow}`,
    `create table revisions (collection ${text} not null, id ${text} not null, seq ${number} not null,
      sealed ${bytes} not null, primary key (collection, id, seq))${row}`,
    `create table memberships (collection ${text} not null, scope ${text} not null, id ${text} not null,
      kind ${text} not null, seq ${number} not null, primary key (collection, scope, id))${slimRow}`,
    `create index memberships_by_seq on memberships (collection, scope, seq, kind, id)`,
    `create table departures (collection ${text} not null, scope ${text} not null, seq ${number} not null,
      id ${text} not null, kind ${text} not null, primary key (collection, scope, seq, id))${slimRow}`,
    `create table conflicts (id ${text} primary key, collection ${text} not null, document_id ${text} not null,
      edit ${text} not null, seq ${number} not null, is_open ${number} not null, sealed ${bytes} not null)${row}`,
    `create index conflicts_of_document on conflicts (collection, document_id, is_open)`,
    `create table receipts (device_id ${text} not null, edit ${text} not null, collection ${text} not null,
      id ${text} not null, outcome ${text} not null, code ${text}, field ${text},
      primary key (device_id, edit, collection, id))${slimRow}`,
    `create table shadows (device_id ${text} not null, collection ${text} not null, id ${text} not null,
      edit ${text} not null, rev ${text} not null, sealed ${bytes} not null,
      primary key (device_id, collection, id))${row}`,
    `create table identifiers (collection ${text} not null, kind ${text} not null, hash ${text} not null,
      document_id ${text} not null, primary key (collection, kind, hash, document_id))${slimRow}`,
    `create index identifiers_of_document on identifiers (collection, document_id)`,

    `create table users (id ${text} primary key, login_hash ${text} not null unique, created_at ${text} not null,
      disabled_at ${text}, sealed ${bytes} not null)${row}`,
    `create table grants (id ${text} primary key, user_id ${text} not null references users (id),
      role ${text} not null, scope ${text} not null, valid_from ${text} not null, valid_until ${text})${row}`,
    `create index grants_of_user on grants (user_id)`,
    `create table devices (id ${text} primary key, user_id ${text} not null references users (id),
      replica_id ${text} not null, public_key ${text} not null, host ${text} not null, created_at ${text} not null,
      last_seen_at ${text}, revoked_at ${text}, sealed ${bytes} not null)${row}`,
    `create index devices_of_user on devices (user_id)`,
    `create table sessions (token_hash ${text} primary key, user_id ${text} not null references users (id),
      device_id ${text} not null references devices (id), created_at ${text} not null,
      expires_at ${text} not null)${row}`,
    `create index sessions_of_user on sessions (user_id)`,
    `create index sessions_of_device on sessions (device_id)`,
    `create table challenges (device_id ${text} not null references devices (id), hash ${text} not null,
      expires_at ${text} not null, primary key (device_id, hash))${slimRow}`,
    `create table failed_attempts (subject_hash ${text} primary key, count ${number} not null,
      last_at ${text} not null)${row}`,

    `create table feeds (id ${text} primary key, created_at ${text} not null, disabled_at ${text},
      sealed ${bytes} not null)${row}`,
    `create table inbox (sequence ${number} primary key, id ${text} not null unique, feed_id ${text} not null,
      received_at ${text} not null, key_hash ${text}, raw_hash ${text} not null, bytes ${number} not null,
      state ${text} not null, code ${text}, closed_at ${text}, replays ${number}, summary ${bytes} not null,
      facts ${bytes}, raw ${bytes} not null)${row}`,
    `create index inbox_by_key on inbox (key_hash) where key_hash is not null`,
    `create index inbox_open on inbox (sequence) where state = 'open'`,
    `create index inbox_by_state on inbox (feed_id, state, sequence)`,

    `create table audit (seq ${number} primary key, at ${text} not null, actor ${text} not null,
      action ${text} not null, sealed ${bytes} not null, hash ${text} not null)${row}`,
    `create table audit_head (singleton ${number} primary key check (singleton = 1), seq ${number} not null,
      hash ${text} not null, mac ${text} not null)${row}`,
  ]
}
