import type { ColumnTypes } from '../dialects/dialect.ts'

/**
 * Files beside the documents. `blob` is a keyed hash of the file's hash: who holds the database can't ask it for a file
 * that they know. `content` names the pieces, which an upload hands on to the file without moving them.
 */
export function blobs({ text, number, bytes, row, slimRow }: ColumnTypes): readonly string[] {
  return [
    `create table blobs (blob ${text} primary key, content ${text} not null, size ${number} not null,
      loose_since ${text})${slimRow}`,
    `create table blob_uploads (device_id ${text} not null, blob ${text} not null, content ${text} not null,
      size ${number} not null, received ${number} not null, whole ${number} not null, at ${text} not null,
      primary key (device_id, blob))${slimRow}`,
    `create index blob_uploads_of_blob on blob_uploads (blob)`,
    `create table blob_chunks (content ${text} not null, position ${number} not null, sealed ${bytes} not null,
      primary key (content, position))${row}`,
    `create table blob_links (blob ${text} not null, collection ${text} not null, id ${text} not null,
      awaited ${text}, primary key (blob, collection, id))${slimRow}`,
    `create index blob_links_of_document on blob_links (collection, id)`,
  ]
}
