import { sameJson } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import type { QuarantineEntry } from '../contract.ts'

type Changes = QuarantineEntry['changes']

/**
 * The changed fields of a refused edit, in today's version of their module. Where there are steps, they see a document of
 * nothing but the changes, as they see one whose other fields are hidden. `from` is the version that the edit was made in.
 */
export function migrateChanges(
  { kind, migrations, version }: AnyModule,
  entry: QuarantineEntry,
  from: number,
): Changes {
  if (from >= version) return entry.changes
  const take = (document: AnyDocument): AnyDocument => {
    let moved = document
    for (let to = from + 1; to <= version; to += 1) moved = migrations[to]?.(moved) ?? moved
    return moved
  }
  const nothing = blankDocument(kind, entry)
  const [base, now] = [take(nothing), take({ ...nothing, ...entry.changes })]
  const changed = Object.keys(now).filter((name) => name in entry.changes || !sameJson(now[name], base[name]))
  return Object.fromEntries(changed.map((name) => [name, now[name]]))
}

function blankDocument(kind: string, { documentId, at, author, id }: QuarantineEntry): AnyDocument {
  const stamp = { at, by: author, origin: 'person' } as const
  return {
    id: documentId,
    kind,
    orgId: documentId,
    rev: '',
    edit: id,
    scopes: [],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
  }
}
