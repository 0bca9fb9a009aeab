import type { AnyModule, Reference } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import type { PushItem } from '#app/protocol/index.ts'
import { keyOf } from './view.ts'

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
  const byKey = Map.groupBy(items, ({ item }) => keyOf(item))
  const placed = new Set<string>()
  const ordered: ReadItem[] = []
  function place(key: string): void {
    if (placed.has(key)) return
    placed.add(key)
    const edits = byKey.get(key) ?? []
    for (const edit of edits) for (const parent of edit.refers) place(keyOf(parent))
    ordered.push(...edits)
  }
  for (const key of byKey.keys()) place(key)
  return ordered
}
