import type { PageKey } from '../page-store/page-store.ts'

/** The most documents that a page holds. */
export const PAGE_ENTRIES = 256

/** A page that was read or written here. `live`: how many of its entries no newer version has replaced. */
export type PageState = {
  readonly key: PageKey
  readonly epoch: number
  /** Of its documents, as they lie on the disk. */
  readonly schemaVersion: number
  readonly ids: readonly string[]
  live: number
}

/** Where the current version of a document lies. */
export type Version = { readonly order: number; readonly page: PageState }
