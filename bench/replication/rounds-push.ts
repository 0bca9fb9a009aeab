import type { RxCollection } from 'rxdb'
import { PUSH_LIMIT } from '#app/protocol/index.ts'
import type { PushResult } from '#app/protocol/index.ts'
import { fromWire } from '#renderer/replica/database/stored-document.ts'
import type { ReplicatedDocument } from '#renderer/replica/database/stored-document.ts'
import { COLLECTION } from './documents.ts'
import type { Device } from './wire.ts'

// How the benchmark's client pushes: several requests under way, and each answer put where it belongs as soon as it comes.

/** Requests under way at a time. */
const AT_ONCE = 2

/**
 * In requests of what one may carry, the next made ready while the server works on the one before. Answers what RxDB has to
 * deal with.
 */
export async function pushed(
  device: Device,
  collection: RxCollection<ReplicatedDocument>,
  documents: readonly ReplicatedDocument[],
): Promise<ReplicatedDocument[]> {
  const left: Promise<readonly ReplicatedDocument[]>[] = []
  for (let start = 0; start < documents.length; start += PUSH_LIMIT) {
    await left[left.length - AT_ONCE]
    left.push(pushedAtOnce(device, collection, documents.slice(start, start + PUSH_LIMIT)))
  }
  return (await Promise.all(left)).flat()
}

async function pushedAtOnce(
  device: Device,
  collection: RxCollection<ReplicatedDocument>,
  documents: readonly ReplicatedDocument[],
): Promise<readonly ReplicatedDocument[]> {
  const items = documents.map((document) => {
    const { _deleted, ...doc } = document
    const { id, rev, edit } = document
    return { collection: COLLECTION, id, rev, edit, author: device.userId, doc }
  })
  const { results } = await device.ask<{ results: PushResult[] }>('push', { items })
  const refused = results.find(({ outcome }) => outcome === 'refused')
  if (refused !== undefined) throw new Error(`refused: ${refused.code} ${refused.field}`)
  return landed(collection, results)
}

/**
 * What the server answered takes the place of what was pushed, in one write. RxDB would do the same by way of a conflict, and
 * then look at each document once more. Answers the views of documents that were edited meanwhile.
 */
async function landed(
  { storageInstance }: RxCollection<ReplicatedDocument>,
  results: readonly PushResult[],
): Promise<readonly ReplicatedDocument[]> {
  const answers = new Map(results.map((result) => [result.id, result]))
  const held = await storageInstance.findDocumentsById([...answers.keys()], false)
  const rows = held.flatMap((previous) => {
    const answer = answers.get(previous.id)
    if (answer === undefined || answer.edit !== previous.edit) return []
    answers.delete(previous.id)
    const { _meta, _rev, _attachments } = previous
    return [{ previous, document: { ...fromWire(answer.view), _meta, _rev, _attachments } }]
  })
  const { error } = await storageInstance.bulkWrite(rows, 'answers')
  const raced = new Set(error.map(({ documentId }) => documentId))
  return results.filter(({ id }) => answers.has(id) || raced.has(id)).map(({ view }) => fromWire(view))
}
