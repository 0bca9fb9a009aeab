import { z } from 'zod'
import { collectionSchema } from '../kernel/define-module.ts'
import { idSchema } from '../kernel/ids.ts'
import { blobReferenceSchema } from '../values/index.ts'

// Files beside the documents. A file is known by the SHA-256 of its content; it goes up and down in parts of any length,
// and a cut costs nothing that has arrived. Offers are JSON; parts are bytes.

const kilobyte = 1024

/** Of so many bytes both sides keep a file in sealed pieces; the last may be shorter. */
export const BLOB_CHUNK = 256 * kilobyte
/** The largest file. */
export const BLOB_LIMIT = 256 * kilobyte * kilobyte
/** The most bytes of a file that one request brings up. */
export const BLOB_PART = 4 * BLOB_CHUNK
/** The most bytes of a file that one answer brings down: the right to it is asked for again after that. */
export const BLOB_ANSWER = 16 * BLOB_CHUNK

export const blobHashSchema = blobReferenceSchema.shape.hash
const positionSchema = z.int().nonnegative().max(BLOB_LIMIT)

/** A document that names the file: whoever sees it, and the field that does, may have the file. */
export const blobCarrierSchema = z.strictObject({ collection: collectionSchema, id: idSchema })
export type BlobCarrier = z.infer<typeof blobCarrierSchema>

/**
 * "I have this file; how much of it do you have from me?" Begins an upload, or goes on with one. With `of` it is also
 * whole where that document shows it to the user already; nobody is told of files that they may not see. Who has sent all of
 * it answers by `of` for its being that document's, whoever brought the document.
 */
export const blobOfferRequestSchema = z.strictObject({
  hash: blobHashSchema,
  size: z.int().min(1).max(BLOB_LIMIT),
  of: blobCarrierSchema.optional(),
})
export type BlobOffer = z.infer<typeof blobOfferRequestSchema>

/** `received`: the bytes that are safe, from the start. `whole`: all are, and they have the hash. */
export const blobStateSchema = z.strictObject({ received: positionSchema, whole: z.boolean() })
export type BlobState = z.infer<typeof blobStateSchema>

/** Answered by the bytes from `from` on, `BLOB_ANSWER` at most. */
export const blobReadRequestSchema = z.strictObject({
  hash: blobHashSchema,
  from: positionSchema,
  of: blobCarrierSchema,
})
export type BlobRead = z.infer<typeof blobReadRequestSchema>

/** POST: a part of an offered file as `encodePart` writes it, answered by a `blobStateSchema`. */
export const BLOB_PART_PATH = '/sync/blob/part'
/** POST: a `blobReadRequestSchema`, answered by bytes. */
export const BLOB_READ_PATH = '/sync/blob/read'

/** What stands before the bytes of a part: the hash (32 bytes), and where the bytes belong (8 bytes, big-endian). */
export const BLOB_PART_HEAD = 40

export function encodePart(hash: string, from: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const part = new Uint8Array(BLOB_PART_HEAD + bytes.length)
  for (let index = 0; index < 32; index += 1) part[index] = parseInt(hash.slice(2 * index, 2 * index + 2), 16)
  new DataView(part.buffer).setBigUint64(32, BigInt(from))
  part.set(bytes, BLOB_PART_HEAD)
  return part
}

/** Null for what is too short to say whose bytes they are, or names a place that no file has. */
export function readPart(part: Uint8Array): { hash: string; from: number; bytes: Uint8Array } | null {
  if (part.length < BLOB_PART_HEAD) return null
  const hash = Array.from(part.subarray(0, 32), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const from = Number(new DataView(part.buffer, part.byteOffset).getBigUint64(32))
  return from > BLOB_LIMIT ? null : { hash, from, bytes: part.subarray(BLOB_PART_HEAD) }
}
