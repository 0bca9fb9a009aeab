import type { InboxSummary } from '../../../store/contract.ts'
import { decideMessage } from '../identity/decide.ts'
import type { DeadLetterParts, DeadLetters } from './dead-letters.ts'

// Messages that are over are opened again: one, some, or all.

type Replaying = Pick<DeadLetters, 'replay' | 'decide' | 'replaySome' | 'replayAll'>

const PAGE = 256

export function replaying(parts: DeadLetterParts): Replaying {
  const { store, applier } = parts
  return {
    async replay(sequence, { forced } = { forced: false }) {
      const isOpen = await reopen(parts, await store.inbox.entry(sequence), forced)
      if (isOpen) applier.wake()
      return isOpen
    },
    async decide(sequence, patientId, decider) {
      const isOpen = await decideMessage(parts, sequence, patientId, decider)
      if (isOpen) applier.wake()
      return isOpen
    },
    async replaySome(sequences) {
      const entries = await Promise.all(
        [...new Set(sequences)].map((sequence) => store.inbox.entry(sequence)),
      )
      const there = entries.filter((entry) => entry !== null)
      return reopenAll(
        parts,
        there.toSorted((a, b) => a.sequence - b.sequence),
      )
    },
    replayAll: async (filter) => reopenAll(parts, await allOf(parts, filter)),
  }
}

async function allOf(
  { store }: DeadLetterParts,
  filter: Parameters<DeadLetters['replayAll']>[0],
): Promise<readonly InboxSummary[]> {
  const found: InboxSummary[] = []
  for (;;) {
    const before = found.at(-1)?.sequence
    const page = await store.inbox.list({
      ...filter,
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    })
    found.push(...page)
    if (page.length < PAGE) return found.toReversed()
  }
}

async function reopen(
  { store }: DeadLetterParts,
  summary: InboxSummary | null,
  forced: boolean,
): Promise<boolean> {
  if (summary === null || !canReplay(summary, forced)) return false
  return store.inbox.reopen(summary.sequence, { forced })
}

async function reopenAll(parts: DeadLetterParts, summaries: readonly InboxSummary[]): Promise<number> {
  let count = 0
  for (const summary of summaries) if (await reopen(parts, summary, false)) count += 1
  parts.applier.wake()
  return count
}

/** What was applied or refused is over, unless a person insists; what is no HL7 does not become it by trying again. */
function canReplay({ state, key }: InboxSummary, forced: boolean): boolean {
  if (key === null || state === 'open') return false
  return forced || state === 'dead' || state === 'parked'
}
