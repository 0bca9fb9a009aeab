import type { Id } from '#app/kernel/index.ts'
import type { Change, Seen } from '../storage/index.ts'
import { editOf } from './stored-document.ts'
import type { StoredDocument } from './stored-document.ts'
import type { Table } from './table.ts'

type Next = (held: StoredDocument | undefined) => StoredDocument | null

/**
 * Writes one document, durably. `next` makes it of the state that is here, and is asked again when another write came in
 * between. Null: nothing is written.
 */
export async function writeDocument(table: Table, id: Id, next: Next): Promise<StoredDocument | null> {
  await table.ready
  for (;;) {
    const seen = table.seen(id)
    const written = next(present(seen))
    if (written === null) return null
    const overtaken = await table.write([changeTo(id, seen, written)])
    if (overtaken.length === 0) return written
  }
}

/** Documents to be written together. `prepare` makes all of them, and throws where one can't be: then none is written. */
export function documentsToWrite(
  table: Table,
  edits: readonly { readonly id: Id; readonly next: Next }[],
): { prepare(): void; write(): Promise<void> } {
  const changes: Change[] = []
  return {
    prepare() {
      for (const { id, next } of edits) {
        const seen = table.seen(id)
        const written = next(present(seen))
        if (written !== null) changes.push(changeTo(id, seen, written))
      }
    },
    async write() {
      const overtaken = new Set(await table.write(changes))
      for (const { id, next } of edits) {
        if (overtaken.has(id)) await writeDocument(table, id, next)
      }
    },
  }
}

function changeTo(id: Id, seen: Seen, written: StoredDocument): Change {
  return { id, seen, fields: written, edited: editOf(written) }
}

function present({ parsed }: Seen): StoredDocument | undefined {
  // What this replica wrote was validated when it came.
  return parsed === undefined || parsed.members._deleted === true
    ? undefined
    : (parsed.fields as unknown as StoredDocument)
}
