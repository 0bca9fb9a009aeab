import type { CollectionName, Id, Reference } from '../../kernel/index.ts'

/** References to the records that are named; hidden and empty ones are left out. */
export function linksTo(
  collection: CollectionName,
  ...ids: readonly (Id | null | undefined)[]
): readonly Reference[] {
  return ids.flatMap((id) => (id === null || id === undefined ? [] : [{ collection, id }]))
}

/** The ids that are known, for what a timeline entry is about. */
export function known(...ids: readonly (Id | null | undefined)[]): readonly Id[] {
  return ids.filter((id) => id !== null && id !== undefined)
}
