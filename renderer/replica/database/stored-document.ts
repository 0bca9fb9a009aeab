import { parseRev } from '#app/protocol/index.ts'
import type { ViewOrTombstone, WireDocument } from '#app/protocol/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'

/**
 * What only this device knows of a pending document: who wrote, and what each changed field held before. It goes when
 * the server's view takes the document's place.
 */
export type LocalEdit = {
  readonly author: Id
  /** The fields that were changed here since the server's last view, and their values in it. */
  readonly before: Readonly<Record<string, unknown>>
  /** It was here when an earlier state of this copy was put back: some of it may have been sent before. */
  readonly unsure?: true
}

/** A document as it lies in RxDB: the view, and what this device adds while an edit is pending. */
export type StoredDocument = AnyDocument & { readonly localEdit?: LocalEdit }

/** As RxDB's replication hands it over. `_deleted` means "not on this device", never a user's delete. */
export type ReplicatedDocument = StoredDocument & { readonly _deleted: boolean }

export function isPending(document: StoredDocument): boolean {
  return document.edit !== ''
}

/**
 * What its edit says: the fields that were changed here, and what tells whose edit of what it is. Undefined where the edit
 * is all of the document: what the server does not have, or has lost, is all here, and lies here twice as a whole.
 */
export function editOf(document: StoredDocument): Record<string, unknown> | undefined {
  const { kind, edit, updated, localEdit } = document
  const names = Object.keys(localEdit?.before ?? {})
  if (names.length === 0) return undefined
  // What many edits of one act have in common stands first: a page says it once.
  const edited: Record<string, unknown> = { kind, updated, localEdit, edit }
  for (const name of names) {
    // JSON could not say that a field is gone.
    if (document[name] === undefined) return undefined
    edited[name] = document[name]
  }
  return edited
}

/** Of its ledger what nobody has decided, here neither. */
export function openConflicts({ conflicts }: StoredDocument): StoredDocument['conflicts'] {
  return conflicts.filter(({ state }) => state === 'open')
}

/** The view as screens and the wire know it: without RxDB's members and without the device's own. */
export function viewOf(document: StoredDocument): AnyDocument {
  const view: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(document)) {
    if (!name.startsWith('_') && name !== 'localEdit') view[name] = value
  }
  return view as AnyDocument
}

/** What the server answered or sent, as RxDB takes it. A tombstone keeps nothing but id and rev. */
export function fromWire(view: ViewOrTombstone): ReplicatedDocument {
  if (isTombstone(view)) {
    return { id: view.id, kind: '', rev: view.rev, edit: '', _deleted: true } as unknown as ReplicatedDocument
  }
  return { ...view, edit: '', _deleted: false }
}

export function isTombstone(view: ViewOrTombstone): view is Exclude<ViewOrTombstone, WireDocument> {
  return '_deleted' in view && view._deleted === true
}

/**
 * The order of two states of one incarnation; 0 where they can't be compared. The number 0 is no state: it says that the
 * server has no such document.
 */
export function compareRevs(a: string, b: string): number {
  const left = parseRev(a)
  const right = parseRev(b)
  if (left === null || right === null || left.incarnation !== right.incarnation) return 0
  return left.seq === 0 || right.seq === 0 ? 0 : left.seq - right.seq
}

/** Whether the server never stored a document of this rev: made here and not answered yet, or refused. */
export function isUnstored(rev: string): boolean {
  return (parseRev(rev)?.seq ?? 0) === 0
}
