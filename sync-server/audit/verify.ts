import type { Store } from '#sync-server/store/contract.ts'
import { chainStart, linkHash } from './chain.ts'

/**
 * - `broken`: the first number whose link is missing, out of order, or not what was written there
 * - `end`: links are missing at the end, or were added past it, or the end itself was changed
 */
export type Verification =
  | { readonly whole: true; readonly entries: number }
  | { readonly whole: false; readonly brokenAt: number; readonly fault: 'broken' | 'end' }

const PAGE = 1000

/** Walks the whole chain. What is appended meanwhile is left out: the end is read first. */
export async function verifyAudit({ audit }: Pick<Store, 'audit'>): Promise<Verification> {
  const end = await audit.head()
  let last = chainStart
  while (last.seq < end.seq) {
    const links = await audit.links({ after: last.seq, limit: Math.min(PAGE, end.seq - last.seq) })
    if (links.length === 0) return { whole: false, brokenAt: last.seq + 1, fault: 'end' }
    for (const { hash, ...link } of links) {
      const expected = last.seq + 1
      if (link.seq !== expected) return { whole: false, brokenAt: expected, fault: 'broken' }
      if (hash !== linkHash(last.hash, link)) return { whole: false, brokenAt: expected, fault: 'broken' }
      last = { seq: link.seq, hash }
    }
  }
  const ends = last.hash === end.hash && end.authentic
  return ends ? { whole: true, entries: end.seq } : { whole: false, brokenAt: end.seq, fault: 'end' }
}
