import type { ErrorFacts } from '#app/kernel/index.ts'
import { isErrorCode } from '#app/kernel/index.ts'
import type { InboxEntry, InboxOutcome, InboxSummary, MessageKey, NewMessage } from './contract.ts'
import type { Executor, Statement } from './dialect.ts'
import type { Tables } from './schema.ts'
import type { Place, Vault } from './vault.ts'

type Sealed = Pick<InboxSummary, 'key' | 'messageType'>

/** Everything but the message itself. */
export const summaryColumns = [
  'sequence',
  'id',
  'feed_id',
  'received_at',
  'raw_hash',
  'bytes',
  'state',
  'code',
  'closed_at',
  'replays',
  'summary',
  'facts',
] as const
export type SummaryRow = Pick<Tables['inbox'], (typeof summaryColumns)[number]>

function summaryPlace(sequence: number): Place<Sealed> {
  return { table: 'inbox', id: String(sequence), revision: 'summary' }
}

function factsPlace(sequence: number): Place<ErrorFacts> {
  return { table: 'inbox', id: String(sequence), revision: 'facts' }
}

function rawPlace(sequence: number): Place {
  return { table: 'inbox', id: String(sequence), revision: 'raw' }
}

export function keyHash(vault: Vault, { feedId, sender, controlId }: MessageKey): string {
  return vault.hash('message-key', feedId, sender, controlId)
}

export function rawHash(vault: Vault, raw: Uint8Array): string {
  return vault.hash('message', raw)
}

export function inboxRow(vault: Vault, message: NewMessage, sequence: number): Tables['inbox'] {
  const { key, messageType, raw, closed } = message
  return {
    sequence,
    id: message.id,
    feed_id: message.feedId,
    received_at: message.receivedAt,
    key_hash: key === null ? null : keyHash(vault, key),
    raw_hash: rawHash(vault, raw),
    bytes: raw.length,
    replays: message.replays ?? null,
    summary: vault.sealJson(summaryPlace(sequence), { key, messageType }),
    raw: vault.seal(rawPlace(sequence), raw),
    ...(closed === undefined ? openEnd : closedEnd(vault, sequence, closed)),
  }
}

export const openEnd = { state: 'open', code: null, closed_at: null, facts: null } as const

function closedEnd(vault: Vault, sequence: number, { outcome, code, facts, at }: InboxOutcome) {
  const sealed = facts === undefined ? null : vault.sealJson(factsPlace(sequence), facts)
  return { state: outcome, code: code ?? null, closed_at: at, facts: sealed }
}

/** Closes an entry that the transaction holds. */
export function closeMessageStatement(
  { executor, vault }: { readonly executor: Executor; readonly vault: Vault },
  sequence: number,
  outcome: InboxOutcome,
): Statement {
  return executor
    .updateTable('inbox')
    .set(closedEnd(vault, sequence, outcome))
    .where('sequence', '=', sequence)
}

export function openSummary(vault: Vault, row: SummaryRow): InboxSummary {
  const { sequence } = row
  const facts = row.facts === null ? {} : vault.openJson(factsPlace(sequence), row.facts)
  return {
    sequence,
    id: row.id,
    feedId: row.feed_id,
    receivedAt: row.received_at,
    bytes: row.bytes,
    state: row.state,
    code: isErrorCode(row.code) ? row.code : null,
    facts,
    closedAt: row.closed_at,
    replays: row.replays,
    ...vault.openJson(summaryPlace(sequence), row.summary),
  }
}

export function openEntry(vault: Vault, row: SummaryRow & { readonly raw: Buffer }): InboxEntry {
  return { ...openSummary(vault, row), raw: vault.open(rawPlace(row.sequence), row.raw) }
}
