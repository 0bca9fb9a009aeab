import { getAssumedMasterState, getLastCheckpointDoc, getMetaWriteRow, setCheckpoint } from 'rxdb'
import type { RxStorageInstanceReplicationState } from 'rxdb'
import { canonicalJson } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Checkpoint } from '#app/protocol/index.ts'
import { isPending } from '../database/stored-document.ts'
import type { ReplicatedDocument } from '../database/stored-document.ts'
import type { Table } from '../database/table.ts'

// What RxDB keeps beside the documents: the server's state of each as this device knows it, and where the pull stands.

/** RxDB's own state of one collection's replication. */
export type Protocol = RxStorageInstanceReplicationState<ReplicatedDocument>

/**
 * RxDB writes the answer to a new document, then that it knows the server's state of it. In between, and after a crash
 * there, or after damage, it takes the document for a local edit, skips what is pulled of it, and moves its checkpoint
 * on: the pulled state would be lost. So before a page is handed over, what is held and not pending is made known.
 */
export async function knowHeld(protocol: Protocol, table: Table, ids: readonly Id[]): Promise<void> {
  const held = ids.flatMap((id) => table.get(id) ?? []).filter((document) => !isPending(document))
  if (held.length === 0) return
  const known = await getAssumedMasterState(
    protocol,
    held.map((document) => document.id),
  )
  const unknown = held.filter((document) => known[document.id] === undefined)
  if (unknown.length === 0) return
  const rows = await Promise.all(
    unknown.map((document) => getMetaWriteRow(protocol, withoutStorageMembers(document))),
  )
  // A row that RxDB has written itself meanwhile is refused here, and right as it is.
  await protocol.input.metaInstance.bulkWrite(rows, 'replication-up-write-meta')
}

function withoutStorageMembers(document: ReplicatedDocument): ReplicatedDocument {
  const { _rev, _meta, _attachments, ...state } = document
  return state
}

/**
 * RxDB forgets the checkpoint of a page without documents. It is kept here, but only where nothing that was pulled before
 * is still on its way to the disk: then RxDB's stored checkpoint is the one that this page started from.
 */
export async function keepCheckpoint(
  protocol: Protocol,
  from: Checkpoint | undefined,
  to: Checkpoint,
): Promise<void> {
  const stored = await getLastCheckpointDoc<ReplicatedDocument, Checkpoint>(protocol, 'down')
  if (canonicalJson(stored) === canonicalJson(from)) await setCheckpoint(protocol, 'down', to)
}
