import type { Id } from '#app/kernel/index.ts'
import type { BlobState } from '#app/protocol/index.ts'
import type { DocumentRef } from './documents.ts'

// Files beside the documents, by the SHA-256 of their content. A file is whole once its hash was verified, and stays for
// as long as a document names it or a device may still want to: a device's upload is its own until then.

/** The upload of one file by one device. */
export type BlobUpload = { readonly deviceId: Id; readonly hash: string }

/**
 * That a document names a file. `awaited`: the device that named it before its bytes were there; the link opens the file to
 * nobody until that device has sent them, so that a hash alone gives nobody a file. Null: it does.
 */
export type BlobLink = { readonly hash: string; readonly awaited: Id | null }

export type BlobUsage = {
  /** Of all files, and of those that are on their way, whose room is kept. */
  readonly bytes: number
  readonly files: number
}

export type BlobStore = {
  /** How much of an upload is safe; null where there is none. */
  upload(upload: BlobUpload): Promise<(BlobState & { readonly size: number }) | null>
  /** Begins an upload where there is none. Of another size than before, it begins anew. */
  beginUpload(upload: BlobUpload, size: number, at: string): Promise<void>
  /**
   * Adds what is new of bytes that belong at `from`; what lies further on than what is here, or behind the end, is not
   * taken. Answers how much is safe now; null where there is no upload.
   */
  append(upload: BlobUpload, from: number, bytes: Uint8Array, at: string): Promise<number | null>
  /**
   * Once all is there: reads it through, and makes it whole if it has the hash; else the upload is over. Links that
   * waited for this device count from then on.
   */
  complete(upload: BlobUpload): Promise<'whole' | 'damaged'>
  /** The size of a whole file, in bytes; null where there is none. */
  size(hash: string): Promise<number | null>
  /** A piece of a whole file, by its number from 0; null where there is none. */
  chunk(hash: string, position: number): Promise<Buffer | null>
  /** The documents through which a file may be had, `limit` at most, by collection and id. */
  carriers(hash: string, limit: number): Promise<readonly DocumentRef[]>
  /** Whether a document is one of them. */
  isCarriedBy(hash: string, ref: DocumentRef): Promise<boolean>
  /**
   * Opens a document's link to a file, whichever device it waits for: the one of this upload has sent the file, and answers
   * for it. Nothing where it has not.
   */
  openLink(upload: BlobUpload, ref: DocumentRef): Promise<void>
  usage(): Promise<BlobUsage>
  /** Takes away uploads, and files that nobody names, that have lain untouched since before `before`. */
  sweep(now: string, before: string): Promise<{ readonly files: number; readonly uploads: number }>
}

/** What a transaction asks before it links a document to a file. */
export type BlobReader = Pick<BlobStore, 'carriers'> & {
  /** Of these files, those that the device has sent whole. */
  sentBy(deviceId: Id, hashes: readonly string[]): Promise<ReadonlySet<string>>
}
