import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'

// A body is of the version of its module at which it was written, for ever: revisions are not written again. It is made
// today's whenever it is read, by the steps that replicas take, too (docs/decisions/0021, 0059).

/** The version that a document is written in; of a kind that this server does not know the first. */
export function versionOf(collection: CollectionName, { kind }: Pick<AnyDocument, 'kind'>): number {
  return moduleOfKind(collection, kind)?.version ?? 1
}

/** A document of an older version, as its module has it now. Whose document it is and in which state stays. */
export function ofToday(collection: CollectionName, document: AnyDocument, from: number): AnyDocument {
  const module = moduleOfKind(collection, document.kind)
  if (module === undefined || from >= module.version) return document
  let moved = document
  for (let to = from + 1; to <= module.version; to += 1) moved = module.migrations[to]?.(moved) ?? moved
  const { id, kind, rev, edit } = document
  return { ...moved, id, kind, rev, edit }
}
