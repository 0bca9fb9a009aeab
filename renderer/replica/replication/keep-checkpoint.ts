import { getLastCheckpointDoc, setCheckpoint } from 'rxdb'
import type { RxStorageInstanceReplicationState } from 'rxdb'
import { canonicalJson } from '#app/kernel/index.ts'
import type { Checkpoint } from '#app/protocol/index.ts'
import type { ReplicatedDocument } from '../database/stored-document.ts'

/** RxDB's own state of one collection's replication. */
export type Protocol = RxStorageInstanceReplicationState<ReplicatedDocument>

/**
 * RxDB forgets the checkpoint of a page without documents. It is kept here, but only where nothing that was pulled before
 * is still on its way to the disk: then RxDB's stored checkpoint is the one that this page started from. Answers whether
 * that was so.
 */
export async function keepCheckpoint(
  protocol: Protocol,
  from: Checkpoint | undefined,
  to: Checkpoint,
): Promise<boolean> {
  const stored = await getLastCheckpointDoc<ReplicatedDocument, Checkpoint>(protocol, 'down')
  if (canonicalJson(stored) !== canonicalJson(from)) return false
  await setCheckpoint(protocol, 'down', to)
  return true
}
