import type { ColumnTypes } from '../dialects/dialect.ts'

/** What the people who look after feeds see and leave behind: traffic, deeds, acknowledgements, versions of feeds. */
export function hl7Desk({ text, number, bytes, row, slimRow }: ColumnTypes): readonly string[] {
  return [
    `insert into counters (name, seq, horizon) values ('feeds', 0, 0)`,
    `create index inbox_waiting on inbox (state, sequence) where state in ('parked', 'dead')`,
    `create table feed_traffic (minute ${text} not null, feed_id ${text} not null, outcome ${text} not null,
      slowness ${number} not null, count ${number} not null,
      primary key (minute, feed_id, outcome, slowness))${slimRow}`,
    `create table message_deeds (id ${text} primary key, sequence ${number} not null, at ${text} not null,
      by_user ${text} not null, action ${text} not null, sealed ${bytes} not null)${row}`,
    `create index message_deeds_of on message_deeds (sequence, id)`,
    `create table alert_acknowledgements (cause ${text} primary key, by_user ${text} not null, at ${text} not null,
      up_to ${number} not null)${slimRow}`,
    `alter table feeds add column version ${number} not null default 1`,
    `create table feed_versions (feed_id ${text} not null references feeds (id), version ${number} not null,
      replaced_at ${text} not null, replaced_by ${text} not null, sealed ${bytes} not null,
      primary key (feed_id, version))${row}`,
  ]
}
