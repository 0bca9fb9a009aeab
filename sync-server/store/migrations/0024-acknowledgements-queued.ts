import type { ColumnTypes } from '../dialects/dialect.ts'

/** Application acknowledgements for a machine of their own have a queue beside the messages of their feed. */
export function acknowledgementsQueued({ text, number, slimRow }: ColumnTypes): readonly string[] {
  return [
    `alter table outbox add column kind ${text} not null default 'message'`,
    `alter table outbox_destinations rename to outbox_feeds`,
    `create table outbox_destinations (feed_id ${text} not null, kind ${text} not null, holder ${text},
      held_until ${text}, paused_at ${text}, failures ${number} not null default 0, code ${text}, tried_at ${text},
      primary key (feed_id, kind))${slimRow}`,
    `insert into outbox_destinations
      (feed_id, kind, holder, held_until, paused_at, failures, code, tried_at)
      select feed_id, 'message', holder, held_until, paused_at, failures, code, tried_at from outbox_feeds`,
    `drop table outbox_feeds`,
  ]
}
