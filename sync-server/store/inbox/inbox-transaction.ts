import type { ClaimedMessage, InboxTransaction, Reached } from '../contract.ts'
import type { Executor } from '../dialects/dialect.ts'
import type { Staging } from '../documents/staging.ts'
import { openEntry, progressHash, subjectHash, summaryColumns } from './inbox-rows.ts'
import { together } from './inbox-statements.ts'
import type { Port } from '../port.ts'

/** Names the right to apply messages: one transaction of all processes has it at a time. */
const APPLYING = 'inbox/apply'

/** The inbox as a transaction sees it. */
export function inboxTransaction(
  { dialect, vault }: Pick<Port, 'dialect' | 'vault'>,
  executor: Executor,
  staging: Staging,
): InboxTransaction {
  return {
    async claimMessages({ limit, known }): Promise<readonly ClaimedMessage[]> {
      await dialect.lockNames(executor, [APPLYING])
      const rows = await executor
        .selectFrom('inbox')
        .select('sequence')
        .where('state', '=', 'open')
        .orderBy('sequence')
        .limit(limit)
        .modifyEnd(dialect.forUpdate)
        .execute()
      const unknown = rows.map(({ sequence }) => sequence).filter((sequence) => !known.has(sequence))
      const read = unknown.length === 0 ? [] : await readEntries(unknown)
      const entries = new Map(read.map((entry) => [entry.sequence, entry]))
      return rows.map(({ sequence }) => ({ sequence, entry: entries.get(sequence) ?? null }))
    },
    async deadBefore(sequence, subjects) {
      if (subjects.length === 0) return []
      const hashes = [...new Set(subjects)].map((subject) => subjectHash(vault, subject))
      const rows = await executor
        .selectFrom('inbox_subjects as s')
        .innerJoin('inbox as i', 'i.sequence', 's.sequence')
        .select('s.sequence')
        .distinct()
        .where(dialect.any('s.hash', hashes))
        .where('i.state', '=', 'dead')
        .where('s.sequence', '<', sequence)
        .orderBy('s.sequence')
        .execute()
      const dead = staging
        .of('close-message')
        .filter((close) => close.outcome === 'dead' && close.sequence < sequence)
        .filter(({ subjects: own = [] }) => own.some((subject) => subjects.includes(subject)))
      return [...new Set([...rows, ...dead].map((row) => row.sequence))]
    },
    async progress(of) {
      const row = await executor
        .selectFrom('inbox_progress')
        .select(['at', 'since'])
        .where('hash', '=', progressHash(vault, of))
        .executeTakeFirst()
      const staged = staging.of('close-message').flatMap(({ progress }) => {
        const same = progress?.subject === of.subject && progress.sender === of.sender
        return same && progress.feedId === of.feedId ? [{ at: progress.at, since: progress.since }] : []
      })
      return staged.reduce<Reached | null>(together, row ?? null)
    },
  }

  async function readEntries(sequences: readonly number[]) {
    const rows = await executor
      .selectFrom('inbox')
      .select([...summaryColumns, 'raw'])
      .where('sequence', 'in', sequences)
      .execute()
    return rows.map((row) => openEntry(vault, row))
  }
}
