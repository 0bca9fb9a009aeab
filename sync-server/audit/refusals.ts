import type { Clock, ErrorCode, Id } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { Store } from '../store/contract.ts'

// What is turned away before anything is done. Whoever knocks without end must not fill the audit: of what the same caller is
// refused at the same place within an hour, the first, the tenth, the hundredth and so on are entries, with how many there were.

/** Who was refused what. `asked`: the call as the server names it, never an address as it came. */
export type Refused = {
  readonly code: ErrorCode
  readonly asked: string
  /** Null: nobody who is known. */
  readonly actor: string | null
  readonly deviceId?: Id | undefined
  readonly address?: string | undefined
  /** Where in the request the fault is, by its name. */
  readonly place?: string | undefined
}

/** Durable when it resolves, where it becomes an entry. */
export type Refusals = (refused: Refused) => Promise<void>

type Parts = { readonly store: Pick<Store, 'audit'>; readonly clock: Clock }

export function createRefusals({ store, clock }: Parts): Refusals {
  // Apart: strangers must not crowd out what people and machines with a name are refused.
  const [ofKnown, ofStrangers] = [hourlyCounts(clock), hourlyCounts(clock)]

  return async ({ code, asked, actor, deviceId, address, place }) => {
    const key = [code, asked, actor ?? '', deviceId ?? '', address ?? ''].join(' ')
    const count = (actor === null ? ofStrangers : ofKnown)(key)
    if (!isPowerOfTen(count)) return
    const facts = { count, ...(place === undefined ? {} : { place }) }
    const by = { actor: actor ?? 'unknown', deviceId, address }
    await store.audit.append({
      at: instant(clock),
      ...by,
      action: 'request',
      purpose: asked,
      outcome: code,
      facts,
    })
  }
}

const HOUR = 3_600_000
/** Different ones that are told apart within an hour. */
const MOST_KINDS = 2_000

/** How often something was counted within this hour; 0 where there is no room for one more kind. */
function hourlyCounts(clock: Clock): (key: string) => number {
  const counts = new Map<string, number>()
  let hour = -1
  return (key) => {
    const now = Math.floor(clock.now() / HOUR)
    if (now !== hour) counts.clear()
    hour = now
    const count = (counts.get(key) ?? 0) + 1
    if (count === 1 && counts.size >= MOST_KINDS) return 0
    counts.set(key, count)
    return count
  }
}

function isPowerOfTen(count: number): boolean {
  return /^10*$/.test(String(count))
}
