import type { ColumnTypes } from '../dialects/dialect.ts'

/** What was taken away for good, by its ids. */
export function erasures({ text, slimRow }: ColumnTypes): readonly string[] {
  return [
    `create table erased (collection ${text} not null, id ${text} not null, at ${text} not null,
      primary key (collection, id))${slimRow}`,
  ]
}
