import { AppError } from '#app/kernel/index.ts'
import { BLOB_CHUNK, encodePart } from '#app/protocol/index.ts'
import type { BlobCarrier, BlobOffer, BlobState } from '#app/protocol/index.ts'
import type { FileRecord } from './file-book.ts'
import type { Shelf } from './shelf.ts'

export type UploadParts = {
  readonly shelf: Pick<Shelf, 'piece'>
  readonly offer: (offer: BlobOffer) => Promise<BlobState>
  readonly sendPart: (part: Uint8Array<ArrayBuffer>) => Promise<BlobState>
  readonly onProgress: (done: number) => void
}

/**
 * Brings a file of this device up, from where the server says it is. Called again after a failure it goes on: a part that
 * was cut counts as far as it came. Once all is there it is offered for each document that this device answers for: whoever
 * brought one back to a restored server may not have had its file. Throws what the server refuses with, `blob.damaged`
 * where a piece does not open here.
 */
export async function upload(parts: UploadParts, hash: string, record: FileRecord): Promise<void> {
  const carriers = record.through.map(({ collection, id }) => ({ collection, id }))
  const offer = (of?: BlobCarrier) => parts.offer({ hash, size: record.size, ...(of && { of }) })
  let { received, whole } = await offer(carriers[0])
  const unopened = whole ? carriers.slice(1) : carriers
  while (!whole) {
    parts.onProgress(received)
    const piece = await parts.shelf.piece(record, Math.floor(received / BLOB_CHUNK))
    const fresh = piece?.subarray(received % BLOB_CHUNK)
    if (fresh === undefined || fresh.length === 0) throw new AppError('blob.damaged')
    ;({ received, whole } = await parts.sendPart(encodePart(hash, received, fresh)))
  }
  for (const of of unopened) await offer(of)
  parts.onProgress(record.size)
}
