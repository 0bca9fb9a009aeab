import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import { BLOB_CHUNK, BLOB_LIMIT } from '#app/protocol/index.ts'
import type { FileSource } from '../contract.ts'
import type { SealedPieces } from '../storage/index.ts'
import type { FileBook, FileRecord } from './file-book.ts'

type Bytes = Uint8Array<ArrayBuffer>

type ShelfOptions = {
  readonly book: FileBook
  readonly pieces: SealedPieces
  readonly clock: Clock
  /** Whether pieces belong to somebody else who keeps some here. */
  readonly isOthers?: (file: number) => boolean
  /** Bytes of files that lie here only because somebody looked at them. */
  readonly limit?: number
}

const GIGABYTE = 1024 ** 3
const megabyte = 1024 ** 2

/** The bytes of files on this device, a piece at a time. A record says that a file is here only once its pieces are. */
export class Shelf {
  readonly #options: ShelfOptions

  constructor(options: ShelfOptions) {
    this.#options = options
  }

  /** Takes a file in, durable when it resolves; answers its hash. Throws `blob.empty`, `blob.too-large`, `replica.write-failed`. */
  async add({ size, slice }: FileSource, onProgress: (done: number) => void): Promise<string> {
    const { book, pieces } = this.#options
    if (size === 0) throw new AppError('blob.empty')
    if (size > BLOB_LIMIT) throw new AppError('blob.too-large', { limit: BLOB_LIMIT / megabyte })
    const file = newFile()
    const digest = sha256.create()
    try {
      for (let at = 0; at < size; at += BLOB_CHUNK) {
        const plain = await slice(at, Math.min(at + BLOB_CHUNK, size))
        digest.update(plain)
        await pieces.put([file, at / BLOB_CHUNK], plain, 'strict')
        onProgress(Math.min(at + BLOB_CHUNK, size))
      }
      const hash = bytesToHex(digest.digest())
      const known = book.get(hash)
      if (known?.state === 'here') await pieces.remove(file)
      else {
        await book.put(hash, this.#newRecord(file, size, { ...known, state: 'here', sent: false }))
        if (known !== undefined) await pieces.remove(known.file)
      }
      return hash
    } catch (failure) {
      // What is left of it is taken away at the next opening, if not now.
      await pieces.remove(file).catch(() => undefined)
      throw failure
    }
  }

  /** The record of a file that is to come. */
  async expect(hash: string, size: number): Promise<FileRecord> {
    const known = this.#options.book.get(hash)
    if (known !== undefined) return known
    const record = this.#newRecord(newFile(), size, { state: 'coming', sent: true, carried: true })
    await this.#options.book.put(hash, record)
    return record
  }

  #newRecord(file: number, size: number, more: Partial<FileRecord>): FileRecord {
    const at = instant(this.#options.clock)
    const fresh = { kept: false, carried: false, sent: false, state: 'coming' as const }
    const named = { carriers: [], through: [], life: '' }
    return { ...fresh, ...named, addedAt: at, usedAt: at, ...more, file, size }
  }

  piece({ file }: FileRecord, position: number): Promise<Bytes | null> {
    return this.#options.pieces.get([file, position])
  }

  /** A piece of what comes. Lost with the power it comes again: nothing says yet that it is here. */
  put({ file }: FileRecord, position: number, plain: Bytes): Promise<void> {
    return this.#options.pieces.put([file, position], plain, 'relaxed')
  }

  /**
   * All of a file in one piece of memory. Throws `blob.missing` where it was taken away meanwhile, and `blob.damaged` where it does
   * not open any more, which it then forgets.
   */
  async whole(hash: string, record: FileRecord): Promise<Bytes> {
    const bytes = new Uint8Array(record.size)
    for (let at = 0; at < record.size; at += BLOB_CHUNK) {
      const piece = await this.piece(record, at / BLOB_CHUNK)
      if (piece?.length !== Math.min(BLOB_CHUNK, record.size - at)) throw await this.#lacking(hash, record)
      bytes.set(piece, at)
    }
    await this.#used(hash, record)
    return bytes
  }

  /** Why a piece is not there, or not as it was. */
  async #lacking(hash: string, record: FileRecord): Promise<AppError> {
    const { book, pieces } = this.#options
    const known = book.get(hash)
    // Its last document has left while it was read, or it was added anew: nothing is broken.
    if (known?.file !== record.file || known.state !== 'here') return new AppError('blob.missing')
    await pieces.remove(record.file)
    // What the server has comes again; what only lay here is lost, and no record may say otherwise.
    if (record.sent) await book.change(hash, { state: 'coming' })
    else await book.remove(hash)
    return new AppError('blob.damaged')
  }

  async remove(hash: string): Promise<void> {
    const record = this.#options.book.get(hash)
    if (record === undefined) return
    // First the record: pieces without one are taken away at the next opening, a record without pieces would lie.
    await this.#options.book.remove(hash)
    await this.#options.pieces.remove(record.file)
  }

  /** Takes away what was looked at longest ago, until what lies here only for that fits its room. */
  async makeRoom(spare: string): Promise<void> {
    const { book, limit = GIGABYTE } = this.#options
    const loose = book
      .entries()
      .filter(([, { kept, sent, state }]) => sent && !kept && state === 'here')
      .toSorted(([, a], [, b]) => (a.usedAt < b.usedAt ? -1 : 1))
    let bytes = loose.reduce((sum, [, { size }]) => sum + size, 0)
    for (const [hash, { size }] of loose) {
      if (bytes <= limit) return
      if (hash === spare) continue
      await this.remove(hash)
      bytes -= size
    }
  }

  /** Pieces that belong to no record: of what was not finished when the machine went, or was being taken away. */
  async removeStrays(): Promise<void> {
    const { book, pieces, isOthers } = this.#options
    const known = new Set(book.entries().map(([, { file }]) => file))
    const files = new Set((await pieces.keys()).map(([file]) => file))
    for (const file of files) if (!known.has(file) && isOthers?.(file) !== true) await pieces.remove(file)
  }

  /** Exact enough by the hour, and not a write for each look. */
  async #used(hash: string, { usedAt }: FileRecord): Promise<void> {
    const now = instant(this.#options.clock)
    if (now.slice(0, 13) !== usedAt.slice(0, 13)) await this.#options.book.change(hash, { usedAt: now })
  }
}

/** 48 random bits. */
export function newFile(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2))
  return (high % 2 ** 16) * 2 ** 32 + low
}
