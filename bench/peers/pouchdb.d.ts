// The slice of PouchDB that the benchmarks use, typed here so that `tsc` needs no installed peers.

export type PouchDocument = {
  readonly _id: string
  readonly _rev?: string
  readonly [field: string]: unknown
}

export type PouchIndex = {
  readonly index: {
    readonly ddoc: string
    readonly fields: readonly string[]
    readonly partial_filter_selector?: object
  }
}

export type PouchQuery = {
  readonly selector: object
  readonly use_index?: string
  readonly sort?: readonly string[]
  readonly limit?: number
}

export declare class Pouch {
  constructor(name: string)
  bulkDocs(documents: readonly PouchDocument[]): Promise<readonly object[]>
  allDocs(options: { readonly keys: readonly string[]; readonly include_docs: true }): Promise<{
    readonly rows: readonly { readonly doc: PouchDocument }[]
  }>
  get(id: string): Promise<PouchDocument>
  put(document: PouchDocument): Promise<object>
  createIndex(index: PouchIndex): Promise<object>
  find(query: PouchQuery): Promise<{ readonly docs: readonly PouchDocument[]; readonly warning?: string }>
  close(): Promise<void>
}
