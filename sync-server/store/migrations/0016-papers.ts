import type { ColumnTypes } from '../dialects/dialect.ts'

/** What the privacy office keeps: emergencies, reviews, dossiers, holds and the like. */
export function papers({ text, bytes, row }: ColumnTypes): readonly string[] {
  return [
    `create table papers (id ${text} primary key, kind ${text} not null, about ${text} not null, at ${text} not null,
    sealed ${bytes} not null)${row}`,
    'create index papers_kind on papers (kind, about)',
  ]
}
