import { AppError } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { moduleOfKind, modules } from '#app/modules/index.ts'
import type { QuarantineEntry } from '../contract.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import { editedDocument } from '../database/local-edit.ts'
import type { Author } from '../database/local-edit.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { writeDocument } from '../database/write.ts'
import { pick } from '../replication/quarantine.ts'
import type { Quarantine } from '../replication/quarantine.ts'

// Edits whose records a damaged page held. They lie where refused edits lie, so that a person sees them, until the record is
// here again: then they are made anew. An edit that would undo what somebody else wrote meanwhile waits for a person.

type Parts = {
  readonly database: ReplicaDatabase
  readonly quarantine: Quarantine
  readonly author: () => Author
}

/** Both are durable when it resolves: the edits where they are kept from now on, and that they are nowhere else. */
export async function keepStranded({ database, quarantine }: Omit<Parts, 'author'>): Promise<void> {
  for (const name of database.names) {
    const table = database.table(name)
    const edits = table.stranded()
    if (edits.size === 0) continue
    for (const [id, edit] of edits) await quarantine.add(strandedEntry(name, id, edit))
    await table.forgetStranded()
  }
}

/** Makes anew what can be: its record is here, and nobody has changed the same otherwise. */
export async function takeUpStranded({ database, quarantine, author }: Parts): Promise<void> {
  for (const entry of quarantine.entries().filter(({ code }) => code === 'sync.stranded')) {
    if (await isTakenUp(database, author(), entry)) await quarantine.discard(entry.id)
  }
}

async function isTakenUp(
  database: ReplicaDatabase,
  author: Author,
  { module: name, documentId, changes, before }: QuarantineEntry,
): Promise<boolean> {
  const module = modules[name]
  if (!database.names.includes(module.collection)) return false
  try {
    const written = await writeDocument(database.table(module.collection), documentId, (held) =>
      held === undefined ? null : editedDocument(author, module, held, changes, before),
    )
    return written !== null
  } catch (failure) {
    if (failure instanceof AppError && failure.code.startsWith('replica.')) throw failure
    return false
  }
}

function strandedEntry(collection: CollectionName, documentId: Id, edit: StoredDocument): QuarantineEntry {
  const { author, before } = edit.localEdit ?? { author: edit.updated.by, before: {} }
  return {
    id: edit.edit,
    module: (moduleOfKind(collection, edit.kind)?.name ?? edit.kind) as QuarantineEntry['module'],
    documentId,
    at: edit.updated.at,
    author,
    code: 'sync.stranded',
    field: undefined,
    changes: pick(edit, Object.keys(before)),
    before,
  }
}
