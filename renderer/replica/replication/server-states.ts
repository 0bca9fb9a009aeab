import { getAssumedMasterState, getLastCheckpointDoc, getMetaWriteRow, setCheckpoint } from 'rxdb'
import type { RxStorageInstanceReplicationState } from 'rxdb'
import { canonicalJson } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Checkpoint } from '#app/protocol/index.ts'
import { isPending } from '../database/stored-document.ts'
import type { ReplicatedDocument } from '../database/stored-document.ts'
import type { Table } from '../database/table.ts'

// What RxDB keeps beside the documents: the server's state of each as this device knows it, and where the pull stands.
// RxDB takes a document whose server state it does not know for a local edit, skips what is pulled of it, and moves its
// checkpoint on: the pulled state would be lost. So these states are written first, and made good where they are missing.

/** RxDB's own state of one collection's replication. */
export type Protocol = RxStorageInstanceReplicationState<ReplicatedDocument>

/**
 * Written before RxDB writes the documents themselves: a crash between the two then leaves a pending document, which is
 * pushed again and answered alike.
 */
export async function rememberServerStates(
  protocol: Protocol,
  states: readonly ReplicatedDocument[],
): Promise<void> {
  let open = states
  while (open.length > 0 && !protocol.events.canceled.getValue()) {
    const known = await getAssumedMasterState(
      protocol,
      open.map((state) => state.id),
    )
    const rows = await Promise.all(
      open.map((state) => getMetaWriteRow(protocol, state, known[state.id]?.metaDocument)),
    )
    const { error } = await protocol.input.metaInstance.bulkWrite(rows, 'replication-up-write-meta')
    // A pulled page wrote the same row in between: read it again.
    const overtaken = new Set(error.map((failure) => failure.writeRow.document.itemId))
    open = open.filter((state) => overtaken.has(state.id))
  }
}

/** Makes good what a crash or damage took: a document that is held, and not pending, is the server's state. */
export async function knowHeld(protocol: Protocol, table: Table, ids: readonly Id[]): Promise<void> {
  const held = ids.flatMap((id) => table.get(id) ?? []).filter((document) => !isPending(document))
  if (held.length === 0) return
  const known = await getAssumedMasterState(
    protocol,
    held.map((document) => document.id),
  )
  const unknown = held.filter((document) => known[document.id] === undefined)
  await rememberServerStates(protocol, unknown.map(withoutStorageMembers))
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
