import { sameJson } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { viewOf } from '../database/stored-document.ts'
import type { LocalEdit, StoredDocument } from '../database/stored-document.ts'

// What a document of an older version becomes. Pure. Invariants:
//
// - id, kind, rev and edit stay: a pending edit is the same edit on the same state of the server, in today's shape
// - so do the storage's own members, and with them the order of local writes that replication goes by
// - what each changed field held before goes the same way as the document, so that it stays comparable

/** One version further; `migrations` of a module holds them. */
export type Step = (document: AnyDocument) => AnyDocument

export function migrateDocument(document: StoredDocument, steps: readonly Step[]): StoredDocument {
  if (steps.length === 0) return document
  const view = viewOf(document)
  const now = taken(view, steps)
  const { localEdit } = document
  const edit = localEdit && { localEdit: migratedEdit(localEdit, view, now, steps) }
  return { ...now, ...storageMembers(document), ...edit }
}

function taken(view: AnyDocument, steps: readonly Step[]): AnyDocument {
  const { id, kind, rev, edit } = view
  const moved = steps.reduce((document, step) => step(document), view)
  return { ...moved, id, kind, rev, edit }
}

/** The state before the edit, migrated as a whole: a step may make one field of two. */
function migratedEdit(
  { author, before }: LocalEdit,
  view: AnyDocument,
  now: AnyDocument,
  steps: readonly Step[],
): LocalEdit {
  const base = taken({ ...view, ...before }, steps)
  const changed = Object.keys(base).filter((name) => name in before || !sameJson(base[name], now[name]))
  return { author, before: Object.fromEntries(changed.map((name) => [name, base[name]])) }
}

/** RxDB's members: `_deleted`, `_rev`, `_meta`, `_attachments`. */
function storageMembers(document: StoredDocument): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name.startsWith('_')))
}
