import { contentAt, packBody } from '../cipher/page-body.ts'
import type { PageBody, PageEntry } from '../cipher/page-body.ts'
import type { PageKey } from '../page-store/page-store.ts'

/** The most documents that a page holds. */
const MOST_ENTRIES = 256
/** Fewer than this go into small pages. */
const FEW_ENTRIES = 128
/**
 * Chromium keeps a value of up to 64 KB in IndexedDB's own log, and makes a file of a larger one: 1.5 ms each, which only
 * many documents are worth (measured: 1.4 MB in ten files 16 ms, in 28 small values 6 ms).
 */
const SMALL_PAGE = 56_000

/** The entries in pages, in their order. */
export function packedPages(entries: readonly PageEntry[]): readonly PageBody[] {
  const pages: PageBody[] = []
  let at = 0
  while (at < entries.length) {
    const isFew = entries.length - at < FEW_ENTRIES
    const end = isFew ? endOfSmall(entries, at) : at + MOST_ENTRIES
    pages.push(packBody(entries.slice(at, end)))
    at = end
  }
  return pages
}

/** At least one entry, however large. */
function endOfSmall(entries: readonly PageEntry[], start: number): number {
  let size = 0
  let at = start
  for (; at < entries.length; at += 1) {
    size += entries[at]?.content.length ?? 0
    if (size > SMALL_PAGE && at > start) break
  }
  return at
}

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

/** Takes what the pages hold out of memory. */
export function overwrite(pages: Iterable<PageState>): void {
  for (const { body } of pages) body.packed.fill(0)
}

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
  const [id = '', order = 0] = [body.ids[at], body.orders[at]]
  return { id, order, content: contentAt(body, at), local, over: body.over?.[at] }
}
