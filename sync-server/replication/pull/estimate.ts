import { collections } from '#app/kernel/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import type { EstimateAnswer } from '#app/protocol/index.ts'
import type { Reach, Reader } from '../../store/contract.ts'
import { reachOf } from './reach.ts'
import { viewOf } from '../view.ts'
import type { Viewer } from '../view.ts'

// What a first load will bring, told before it begins. Documents are counted along an index; bytes are guessed by a few
// of them, since to know them all would be to make the whole load.

/** Of each module that is in reach: documents of one module are about as long as each other. */
const SAMPLE = 24

type Part = EstimateAnswer['collections'][number]

export async function estimate(read: Reader, viewer: Viewer): Promise<Part[]> {
  const parts: Part[] = []
  for (const collection of collections) {
    const reach = reachOf(viewer.subject, collection, viewer.at)
    if (reach.length > 0) parts.push(await estimateOne(read, viewer, collection, reach))
  }
  return parts
}

async function estimateOne(
  read: Reader,
  viewer: Viewer,
  collection: CollectionName,
  reach: Reach,
): Promise<Part> {
  let [documents, bytes] = [0, 0]
  for (const part of reach) {
    const count = await read.countAfterId(collection, [part], '')
    documents += count
    if (count > 0) bytes += count * (await bytesOfOne(read, viewer, collection, [part]))
  }
  return { collection, documents, bytes: Math.round(bytes) }
}

/** As it goes over the wire before it is compressed, and about as it lies on the device. */
async function bytesOfOne(
  read: Reader,
  viewer: Viewer,
  collection: CollectionName,
  reach: Reach,
): Promise<number> {
  const rows = await read.range(collection, reach, { after: '', through: null, limit: SAMPLE })
  const stored = await read.documents(
    collection,
    rows.map(({ id }) => id),
  )
  const sizes = stored.map((document) => {
    const view = viewOf(viewer, document)
    return view === null ? 0 : Buffer.byteLength(JSON.stringify(view))
  })
  return sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length)
}
