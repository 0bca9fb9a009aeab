import type { AnyModule, Reference } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import type { PushItem } from '#app/protocol/index.ts'
import { ByDocument } from '../store/documents/by-document.ts'

/** A pushed item whose kind is known and whose document has the shape of a view. */
export type ReadItem = {
  readonly item: PushItem
  readonly module: AnyModule
  readonly view: AnyDocument
  readonly refers: readonly Reference[]
}

/**
 * Parents before children, whatever the order of the batch; edits of one document keep theirs. In a cycle the first
 * member goes before its parent.
 */
export function parentsFirst(items: readonly ReadItem[]): readonly ReadItem[] {
  const editsOf = new ByDocument<ReadItem[]>()
  for (const edit of items) {
    const edits = editsOf.get(edit.item)
    if (edits === undefined) editsOf.set(edit.item, [edit])
    else edits.push(edit)
  }
  const placed = new ByDocument<true>()
  const ordered: ReadItem[] = []
  function place(document: Reference): void {
    const edits = editsOf.get(document)
    if (edits === undefined || placed.has(document)) return
    placed.set(document, true)
    for (const edit of edits) for (const parent of edit.refers) place(parent)
    ordered.push(...edits)
  }
  for (const { item } of items) place(item)
  return ordered
}
