import { permissionFor, project } from '#app/access/index.ts'
import type { Permission, Subject } from '#app/access/index.ts'
import type { AnyModule, Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import { formatRev } from '#app/protocol/index.ts'
import type { ViewOrTombstone } from '#app/protocol/index.ts'
import type { DocumentRef, StoredDocument } from '../store/contract.ts'

/** Who looks, when, and in which life of the server's data. */
export type Viewer = { readonly subject: Subject; readonly at: string; readonly incarnation: string }

/** What the viewer may do with a stored document. A kind that this server does not know is invisible. */
export function permissionOn(
  viewer: Pick<Viewer, 'subject' | 'at'>,
  stored: StoredDocument,
): { readonly module: AnyModule; readonly permission: Permission } | null {
  const module = moduleOfKind(stored.collection, stored.body.doc.kind)
  if (module === undefined || module.residence === 'server-only') return null
  const permission = permissionFor(viewer.subject, module, stored.scopes, viewer.at)
  return permission.visible ? { module, permission } : null
}

/** How a document that another one refers to stands, as far as the viewer may know. */
export function standingOf(
  viewer: Pick<Viewer, 'subject' | 'at'>,
  parent: StoredDocument | undefined,
): 'here' | 'removed' | 'absent' {
  if (parent === undefined || permissionOn(viewer, parent) === null) return 'absent'
  return parent.body.doc.removedAt === null ? 'here' : 'removed'
}

/** The document as the viewer may see it now; null where they may not. */
export function viewOf(viewer: Viewer, stored: StoredDocument): ViewOrTombstone | null {
  const allowed = permissionOn(viewer, stored)
  if (allowed === null) return null
  const { incarnation } = viewer
  const { projection } = allowed.permission
  const rev = formatRev({ incarnation, seq: stored.seq, projection })
  return project({ ...stored.body.doc, conflicts: [...stored.conflicts], rev, edit: '' }, allowed.permission)
}

/**
 * "Not on this device". Its rev is the document's own where there is one: a higher number would make the replica take
 * the document for stale when it comes back within reach unchanged.
 */
export function tombstone(viewer: Viewer, id: Id, seq: number): ViewOrTombstone {
  return { id, rev: formatRev({ incarnation: viewer.incarnation, seq, projection: 'none' }), _deleted: true }
}

/**
 * The views of documents by id, in the order asked; what is not there or not visible is a tombstone. `head` is the
 * collection's number: what does not exist is gone as of now.
 */
export function viewsInOrder(
  viewer: Viewer,
  ids: readonly Id[],
  stored: readonly StoredDocument[],
  head: number,
): ViewOrTombstone[] {
  const byId = new Map(stored.map((document) => [document.id, document]))
  return ids.map((id) => {
    const document = byId.get(id)
    if (document === undefined) return tombstone(viewer, id, head)
    return viewOf(viewer, document) ?? tombstone(viewer, id, document.seq)
  })
}

/** One of the few documents that another one refers to. */
export function documentAmong(
  documents: readonly StoredDocument[],
  { collection, id }: DocumentRef,
): StoredDocument | undefined {
  return documents.find((document) => document.id === id && document.collection === collection)
}

/** A document in a collection, as a key of maps. */
export function keyOf(ref: DocumentRef): string {
  return `${ref.collection}/${ref.id}`
}
