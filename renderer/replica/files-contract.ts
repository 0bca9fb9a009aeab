import type { Observable } from 'rxjs'
import type { ErrorCode, ErrorFacts, Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Attachment } from '#app/values/index.ts'

// Files beside the documents.

/** A file that is chosen on this machine; read a slice at a time, from byte `start` up to `end`. */
export type FileSource = {
  readonly name: string
  /** As the machine has it; may be empty. */
  readonly type: string
  /** Bytes. */
  readonly size: number
  readonly slice: (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>
}

/** How a file stands on this device. */
export type FileStanding = {
  /** All of it lies here. */
  readonly here: boolean
  /** It stays, however long nobody looks at it. */
  readonly kept: boolean
  /** It was added here, and the server does not have it yet. */
  readonly waits: boolean
  /** Bytes of it that have arrived, and all. */
  readonly moving: { readonly way: 'up' | 'down'; readonly done: number; readonly total: number } | null
  /** Why it could not be sent; tried again with the next connection. */
  readonly problem: { readonly code: ErrorCode; readonly facts: ErrorFacts } | null
}

/** Files that the server does not have yet, and how many bytes of them. */
export type FilesWaiting = { readonly count: number; readonly bytes: number }

/** Bytes on this device. `kept` is part of `files`; `free` is null where the machine does not say. */
export type FilesUse = {
  readonly records: number
  readonly files: number
  readonly count: number
  readonly kept: number
  readonly free: number | null
}

/** Files beside the documents. A document names them in a field; they come, stay and go with it. */
export type ReplicaFiles = {
  /**
   * Takes a file in, encrypted on the disk when it resolves, and begins to send it. What it answers goes into a document's
   * field. Throws `blob.empty`, `blob.too-large`, `replica.write-failed`, `replica.locked`.
   */
  add(source: FileSource, onProgress?: (done: number) => void): Promise<Attachment>
  standing$(hash: string): Observable<FileStanding>
  /**
   * All bytes of a file that a document names: from here, else from the server, going on where it was cut. Throws
   * `blob.missing`, `blob.damaged`, `network.unreachable`, `replica.write-failed`, `replica.locked`.
   */
  bytes(file: Attachment, of: FileOwner): Promise<Uint8Array<ArrayBuffer>>
  /** Keeps a file on this computer, fetching it if it is not here, or lets it go when room is needed. */
  keep(file: Attachment, of: FileOwner, kept: boolean): Promise<void>
  readonly waiting$: Observable<FilesWaiting>
  use(): Promise<FilesUse>
}

/** The document that names a file. */
export type FileOwner = { readonly module: ModuleName; readonly id: Id }
