import type { ColumnTypes } from '../dialects/dialect.ts'

/** Who users are at a provider of single sign-on; one each, and nobody's twice. */
export function identities({ text, bytes, row }: ColumnTypes): readonly string[] {
  return [
    `create table identities (user_id ${text} primary key references users (id),
      subject_hash ${text} not null unique, linked_at ${text} not null, sealed ${bytes} not null)${row}`,
  ]
}
