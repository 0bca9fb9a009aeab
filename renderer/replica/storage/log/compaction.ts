import type { PageState } from './page-state.ts'

/** Pages with fewer living entries than this are worth joining. */
const SMALL = 64
/** So many pages are joined at a time: single edits would otherwise leave one page each. */
const WORTHWHILE = 32

/** The pages that background compaction joins; none while it is not worth a write. */
export function chooseForCompaction(pages: Iterable<PageState>): PageState[] {
  const candidates = [...pages].filter(({ live, body }) => live < SMALL || live * 2 <= body.ids.length)
  return candidates.length >= WORTHWHILE ? candidates : []
}
