import type { Store } from '../../../store/contract.ts'
import type { Ended } from './batch.ts'

/** The most messages that are looked at, or held back, at once. */
export const MOST_HELD_BACK = 4_096

/** What waited for a dead letter is judged again once a person has seen to it. */
export async function releaseHeld({ inbox }: Pick<Store, 'inbox'>, ended: readonly Ended[]): Promise<void> {
  const seenTo = ended.flatMap(({ entry, outcome }) => {
    if (outcome.outcome === 'dead') return []
    return [
      ...(entry.reopened > 0 ? [entry.sequence] : []),
      ...(entry.replays === null ? [] : [entry.replays]),
    ]
  })
  if (seenTo.length === 0) return
  const held = await inbox.list({ state: 'parked', code: 'hl7.held', limit: MOST_HELD_BACK })
  for (const { sequence, facts } of held.toReversed()) {
    if (seenTo.includes(Number(facts['behind']))) await inbox.reopen(sequence)
  }
}
