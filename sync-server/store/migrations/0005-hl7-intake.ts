import type { ColumnTypes } from '../dialects/dialect.ts'

/**
 * What the intake of feeds remembers beside the messages: which were put back by a person, whom the dead ones are about,
 * and how far each sender has come with each subject. Subjects are keyed hashes.
 */
export function hl7Intake({ text, number, slimRow }: ColumnTypes): readonly string[] {
  return [
    `alter table inbox add column reopened ${number} not null default 0`,
    `alter table inbox add column forced ${number} not null default 0`,
    `create table inbox_subjects (hash ${text} not null, sequence ${number} not null,
      primary key (hash, sequence))${slimRow}`,
    `create table inbox_progress (hash ${text} primary key, at ${text} not null,
      since ${text} not null)${slimRow}`,
  ]
}
