/** The name of one page: random, never used again, and bound into the page's seal. */
export type PageKey = number

/** `strict` reaches the disk before it resolves; `relaxed` may lie in the system's cache, but never out of order. */
export type Durability = 'strict' | 'relaxed'

/** One atomic step: all of it is on disk, or none. */
export type PageCommit = {
  readonly put: ReadonlyMap<PageKey, Uint8Array<ArrayBuffer>>
  readonly remove: readonly PageKey[]
  readonly head: Uint8Array<ArrayBuffer>
  readonly durability: Durability
}

/** A piece of a file: the file by a random number, and which of its pieces. */
export type PieceKey = readonly [file: number, position: number]

/** Pieces of files, beside the pages: bytes by key, each written by itself. Durability is that of pages. */
export type PieceStore = {
  put(key: PieceKey, piece: Uint8Array<ArrayBuffer>, durability: Durability): Promise<void>
  get(key: PieceKey): Promise<Uint8Array<ArrayBuffer> | null>
  /** Of all files, ordered by file and position. */
  keys(): Promise<PieceKey[]>
  /** Takes all pieces of a file away. */
  remove(file: number): Promise<void>
}

/**
 * Where a replica's pages lie: bytes by opaque keys, one head, and one header in the clear. It knows neither keys nor
 * documents. One owner at a time; the caller holds the lock.
 */
export type PageStore = {
  /** What must be known before the passphrase: format, key parameters, wrapped keys. Null in a new store. */
  readHeader(): Promise<Uint8Array<ArrayBuffer> | null>
  writeHeader(header: Uint8Array<ArrayBuffer>): Promise<void>
  /** Overwrites the header, then removes it: without the wrapped keys the pages are noise. Durable when it resolves. */
  shredHeader(): Promise<void>
  readHead(): Promise<Uint8Array<ArrayBuffer> | null>
  /** The keys of all pages, in no order. */
  keys(): Promise<PageKey[]>
  /** The pages of these keys; one that is not there is left out. */
  read(keys: readonly PageKey[]): Promise<Map<PageKey, Uint8Array<ArrayBuffer>>>
  commit(commit: PageCommit): Promise<void>
  /** Of the pages. */
  size(): Promise<{ pages: number; bytes: number }>
  readonly pieces: PieceStore
  close(): Promise<void>
  /** Closes, and removes everything from the disk. */
  destroy(): Promise<void>
}
