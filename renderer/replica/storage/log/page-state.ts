import { contentAt } from '../cipher/page-body.ts'
import type { PageBody, PageEntry } from '../cipher/page-body.ts'
import type { PageKey } from '../page-store/page-store.ts'

/** The most documents that a page holds. */
export const PAGE_ENTRIES = 256

/** A page that was read or written here, with its documents. `live`: how many of them no newer version has replaced. */
export type PageState = {
  readonly key: PageKey
  readonly epoch: number
  /** Of its documents, as they lie on the disk. */
  readonly schemaVersion: number
  readonly body: PageBody
  live: number
}

/** Where the current version of a document lies: the `at`-th of its page. */
export type Version = { readonly order: number; readonly page: PageState; readonly at: number }

/** All that a page holds, replaced versions too. */
export function entriesOf({ body }: PageState): PageEntry[] {
  const local = new Set(body.local)
  return body.ids.map((_, at) => entryAt(body, at, local.has(at)))
}

/** What of it exists on this device only. */
export function localIn({ body }: PageState): PageEntry[] {
  return body.local.map((at) => entryAt(body, at, true))
}

function entryAt(body: PageBody, at: number, local: boolean): PageEntry {
  return { id: body.ids[at] ?? '', order: body.orders[at] ?? 0, content: contentAt(body, at), local }
}
