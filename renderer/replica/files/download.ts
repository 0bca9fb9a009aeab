import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { AppError } from '#app/kernel/index.ts'
import { BLOB_CHUNK } from '#app/protocol/index.ts'
import type { BlobCarrier, BlobRead } from '#app/protocol/index.ts'
import type { Environment } from '../environment.ts'
import { backOff } from '../replication/back-off.ts'
import type { FileRecord } from './file-book.ts'
import { passes } from './passing.ts'
import type { Shelf } from './shelf.ts'

type Bytes = Uint8Array<ArrayBuffer>

export type DownloadParts = {
  readonly shelf: Pick<Shelf, 'piece' | 'put'>
  readonly environment: Pick<Environment, 'wait' | 'random'>
  readonly read: (request: BlobRead, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>
  readonly onProgress: (done: number) => void
  /** Whether the live stream is open: a line that may only have been cut. */
  readonly isOnline: () => boolean
  readonly signal: AbortSignal
}

export type Wanted = { readonly hash: string; readonly record: FileRecord; readonly of: BlobCarrier }

/** Attempts that bring nothing; any byte that comes forgives them. */
const MOST_FAILURES = 6
/** A line that brings nothing for so long is taken for dead. */
const SILENCE = 30_000

/**
 * Brings a file to this device: goes on behind what lies here, after every cut at the very byte. Resolves when all of it
 * is on the disk and its hash is right. Throws `blob.missing`, `blob.damaged`, `network.unreachable`, `replica.write-failed`.
 */
export async function download(parts: DownloadParts, { hash, record, of }: Wanted): Promise<void> {
  const { environment, signal } = parts
  const arriving = await resume(parts, record)
  const begun = arriving.at
  let failures = 0
  while (arriving.at < record.size) {
    const before = arriving.at
    try {
      await receive(parts, { hash, from: before, of }, arriving)
      if (arriving.at === before) throw new AppError('network.unreachable')
    } catch (failure) {
      failures = arriving.at > before ? 1 : failures + 1
      // Without a network and without a byte nobody need wait to be told so.
      const isHopeless = failures > MOST_FAILURES || (arriving.at === begun && !parts.isOnline())
      if (signal.aborted || !passes(failure) || isHopeless) throw failure
      await environment.wait(backOff(failures, environment.random()), signal)
      signal.throwIfAborted()
    }
  }
  if (arriving.hash() !== hash) throw new AppError('blob.damaged')
}

async function receive(parts: DownloadParts, request: BlobRead, arriving: Arriving): Promise<void> {
  const line = new AbortController()
  const signal = AbortSignal.any([parts.signal, line.signal])
  try {
    const reader = (await parts.read(request, signal)).getReader()
    for (;;) {
      const { done, value } = await heard(parts, reader, signal)
      if (done) return
      await arriving.take(value)
      parts.onProgress(arriving.at)
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError('network.unreachable', {}, { cause })
  } finally {
    line.abort()
  }
}

async function heard(
  { environment }: DownloadParts,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  const over = new AbortController()
  const silence = environment.wait(SILENCE, AbortSignal.any([signal, over.signal])).then(() => {
    if (over.signal.aborted) return new Promise<never>(() => undefined)
    throw new AppError('network.unreachable')
  })
  try {
    return await Promise.race([reader.read(), silence])
  } finally {
    over.abort()
  }
}

type Arriving = {
  /** Bytes that are here, on the disk or in the piece that is being filled. */
  readonly at: number
  take(bytes: Uint8Array): Promise<void>
  hash(): string
}

/** What lies on the disk counts as far as it goes without a gap; it is read once, since the hash is over all of it. */
async function resume({ shelf, onProgress }: DownloadParts, record: FileRecord): Promise<Arriving> {
  const digest = sha256.create()
  const filling = new Uint8Array(BLOB_CHUNK)
  let at = 0
  while (at < record.size) {
    const piece = await shelf.piece(record, at / BLOB_CHUNK)
    if (piece?.length !== Math.min(BLOB_CHUNK, record.size - at)) break
    digest.update(piece)
    at += piece.length
  }
  onProgress(at)

  async function land(piece: Bytes, position: number): Promise<void> {
    digest.update(piece)
    await shelf.put(record, position, piece)
  }

  return {
    get at() {
      return at
    },
    hash: () => bytesToHex(digest.digest()),
    async take(bytes) {
      let rest = bytes.subarray(0, record.size - at)
      while (rest.length > 0) {
        const begun = at % BLOB_CHUNK
        const fits = rest.subarray(0, BLOB_CHUNK - begun)
        filling.set(fits, begun)
        const full = begun + fits.length
        if (full === BLOB_CHUNK || at + fits.length === record.size)
          await land(filling.slice(0, full), Math.floor(at / BLOB_CHUNK))
        at += fits.length
        rest = rest.subarray(fits.length)
      }
    },
  }
}
