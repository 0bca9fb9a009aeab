import { PUSH_LIMIT } from '#app/protocol/index.ts'
import type { PushResult } from '#app/protocol/index.ts'
import type { Store } from '../../store/contract.ts'
import { groupCommit } from '../../store/dialects/group-commit.ts'
import { pushTogether } from './push.ts'
import type { Push, PushParts } from './push.ts'

/** Items of one transaction: bounds how long the first push waits for the last, and what is held meanwhile. */
const MOST_ITEMS = 2 * PUSH_LIMIT

type Pushed =
  | { readonly ok: true; readonly results: PushResult[] }
  | { readonly ok: false; readonly error: unknown }

/**
 * Pushes that wait side by side share a transaction: one commit, one flush of the log, and the counters held once for all
 * of them. Across a network one is decided while another is on its way.
 */
export function createPushLine(
  store: Store,
  parts: () => Promise<PushParts>,
): (push: Push) => Promise<PushResult[]> {
  const enter = groupCommit(async (pushes: readonly Push[]) => pushEach(await parts(), pushes), {
    most: MOST_ITEMS,
    weigh: ({ items }: Push) => items.length,
    lanes: store.dialect === 'postgres' ? 2 : 1,
  })
  return async (push) => {
    const pushed = await enter(push)
    if (!pushed.ok) throw pushed.error
    return pushed.results
  }
}

/** One that fails takes nobody along: then each goes by itself. */
async function pushEach(parts: PushParts, pushes: readonly Push[]): Promise<readonly Pushed[]> {
  try {
    const answers = await pushTogether(parts, pushes)
    return answers.map((results) => ({ ok: true, results }))
  } catch (error) {
    if (pushes.length === 1) return [{ ok: false, error }]
    const each: Pushed[] = []
    for (const push of pushes) each.push(...(await pushEach(parts, [push])))
    return each
  }
}
