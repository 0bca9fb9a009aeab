import type { ColumnTypes } from '../dialects/dialect.ts'

/** What is to be sent to other systems, and how it stands with each of them. Messages are sealed; ids are opaque. */
export function outbox({ text, number, bytes, row, slimRow }: ColumnTypes): readonly string[] {
  return [
    `insert into counters (name, seq, horizon) values ('outbox', 0, 0)`,
    `create table outbox (sequence ${number} primary key, id ${text} not null unique, feed_id ${text} not null,
      subject ${text} not null, created_at ${text} not null, bytes ${number} not null, state ${text} not null,
      attempts ${number} not null default 0, code ${text}, closed_at ${text}, summary ${bytes} not null,
      facts ${bytes}, raw ${bytes} not null)${row}`,
    `create index outbox_by_state on outbox (feed_id, state, sequence)`,
    `create index outbox_by_subject on outbox (feed_id, subject, state)`,
    `create table outbox_destinations (feed_id ${text} primary key, holder ${text}, held_until ${text},
      paused_at ${text}, failures ${number} not null default 0, code ${text}, tried_at ${text})${slimRow}`,
  ]
}
