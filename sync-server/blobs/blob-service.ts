import { AppError, instant } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import { BLOB_ANSWER, BLOB_CHUNK, BLOB_READ_PATH } from '#app/protocol/index.ts'
import type { BlobCarrier, BlobOffer, BlobRead, BlobState } from '#app/protocol/index.ts'
import type { SignedIn } from '../access/sessions/sessions.ts'
import type { Store } from '../store/contract.ts'
import { showsFile } from './visible-files.ts'

/** Some bytes of a file, in order, and how many they are. */
export type BlobBytes = { readonly length: number; readonly pieces: AsyncIterable<Buffer> }

/** Files, for signed-in devices. A file that may not be seen is answered like one that is not there. */
export type BlobService = {
  /** Throws `blob.quota`, and `blob.damaged` as `take` does. */
  offer(who: SignedIn, offer: BlobOffer): Promise<BlobState>
  /** Throws `blob.missing` where nothing was offered, `blob.damaged` where all is there and is not what was offered. */
  take(who: SignedIn, hash: string, from: number, bytes: Uint8Array): Promise<BlobState>
  /** Throws `blob.missing`. That it was read stands in the audit before the first byte leaves. */
  read(who: SignedIn, read: BlobRead): Promise<BlobBytes>
}

type Parts = {
  readonly store: Pick<Store, 'blobs' | 'snapshot' | 'audit'>
  readonly clock: Clock
  /** Bytes of all files of the organisation. */
  readonly quota: number
}

const megabyte = 1024 * 1024

export function createBlobService({ store, clock, quota }: Parts): BlobService {
  const { blobs } = store

  async function isShown({ subject }: SignedIn, hash: string, of: BlobCarrier): Promise<boolean> {
    const [stored] = await store.snapshot((read) => read.documents(of.collection, [of.id]))
    return stored !== undefined && showsFile({ subject, at: instant(clock) }, stored, hash)
  }

  async function maySee(who: SignedIn, hash: string, of: BlobCarrier): Promise<boolean> {
    return (await blobs.isCarriedBy(hash, of)) && (await isShown(who, hash, of))
  }

  /** Who has sent the file and is shown the document could link them anew: the link need not wait for another. */
  async function answerFor(who: SignedIn, hash: string, of: BlobCarrier): Promise<void> {
    if ((await blobs.isCarriedBy(hash, of)) || !(await isShown(who, hash, of))) return
    await blobs.openLink({ deviceId: who.deviceId, hash }, of)
  }

  /** All bytes have come. Throws `blob.damaged`, and forgets them, where they are not what was offered. */
  async function finish({ userId: actor, deviceId, address }: SignedIn, hash: string, bytes: number) {
    if ((await blobs.complete({ deviceId, hash })) === 'damaged') throw new AppError('blob.damaged')
    const by = { at: instant(clock), actor, deviceId, address }
    await store.audit.append({ ...by, action: 'send-file', facts: { bytes } })
    return { received: bytes, whole: true }
  }

  return {
    async offer(who, { hash, size, of }) {
      const upload = { deviceId: who.deviceId, hash }
      const begun = await blobs.upload(upload)
      if (begun?.size === size) {
        // A server that died behind the last byte has looked at none of them yet, and the device has no more to send.
        if (!begun.whole && begun.received === size) return finish(who, hash, size)
        if (begun.whole && of !== undefined) await answerFor(who, hash, of)
        return { received: begun.received, whole: begun.whole }
      }
      const isThere = of !== undefined && (await maySee(who, hash, of)) && (await blobs.size(hash)) === size
      if (isThere) return { received: size, whole: true }
      const { bytes } = await blobs.usage()
      if (bytes + size > quota) throw new AppError('blob.quota', { limit: Math.round(quota / megabyte) })
      await blobs.beginUpload(upload, size, instant(clock))
      return { received: 0, whole: false }
    },

    async take(who, hash, from, bytes) {
      const upload = { deviceId: who.deviceId, hash }
      await blobs.append(upload, from, bytes, instant(clock))
      const state = await blobs.upload(upload)
      if (state === null) throw new AppError('blob.missing')
      const { received, size, whole } = state
      return whole || received < size ? { received, whole } : finish(who, hash, size)
    },

    async read(who, { hash, from, of }) {
      const { userId: actor, deviceId, address } = who
      const { collection, id } = of
      const by = { actor, deviceId, address, collection, ids: [id] }
      if (!(await maySee(who, hash, of))) {
        const refused = { action: 'request', purpose: BLOB_READ_PATH, outcome: 'blob.missing' }
        await store.audit.append({ at: instant(clock), ...by, ...refused })
        throw new AppError('blob.missing')
      }
      const size = await blobs.size(hash)
      if (size === null || from >= size) throw new AppError('blob.missing')
      const length = Math.min(size - from, BLOB_ANSWER)
      const facts = { from, bytes: length }
      await store.audit.append({ at: instant(clock), ...by, action: 'read-file', facts })
      return { length, pieces: piecesOf(store, hash, from, length) }
    },
  }
}

/** A piece at a time: how large the file is does not matter to the server. */
async function* piecesOf(
  { blobs }: Pick<Store, 'blobs'>,
  hash: string,
  from: number,
  length: number,
): AsyncIterable<Buffer> {
  const end = from + length
  for (let at = from; at < end; at = (Math.floor(at / BLOB_CHUNK) + 1) * BLOB_CHUNK) {
    const position = Math.floor(at / BLOB_CHUNK)
    const piece = await blobs.chunk(hash, position)
    if (piece === null) throw new AppError('blob.missing')
    const start = position * BLOB_CHUNK
    yield piece.subarray(at - start, end - start)
  }
}
