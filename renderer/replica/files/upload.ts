import { AppError } from '#app/kernel/index.ts'
import { BLOB_CHUNK, encodePart } from '#app/protocol/index.ts'
import type { BlobOffer, BlobState } from '#app/protocol/index.ts'
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
 * was cut counts as far as it came. Throws what the server refuses with, `blob.damaged` where a piece does not open here.
 */
export async function upload(parts: UploadParts, hash: string, record: FileRecord): Promise<void> {
  const [of] = record.carriers
  let { received, whole } = await parts.offer({ hash, size: record.size, ...(of && { of }) })
  while (!whole) {
    parts.onProgress(received)
    const piece = await parts.shelf.piece(record, Math.floor(received / BLOB_CHUNK))
    const fresh = piece?.subarray(received % BLOB_CHUNK)
    if (fresh === undefined || fresh.length === 0) throw new AppError('blob.damaged')
    ;({ received, whole } = await parts.sendPart(encodePart(hash, received, fresh)))
  }
  parts.onProgress(record.size)
}
