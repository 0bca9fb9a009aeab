import type { Selectable } from 'kysely'
import type { ErrorFacts } from '#app/kernel/index.ts'
import { isErrorCode } from '#app/kernel/index.ts'
import type { NewOutgoing, Outgoing, OutgoingSummary } from '../contract.ts'
import type { Tables } from '../schema.ts'
import type { Place, Vault } from '../sealing/vault.ts'

type Sealed = Pick<OutgoingSummary, 'controlId' | 'messageType'>

/** Everything but the message itself. */
export const outgoingColumns = [
  'sequence',
  'id',
  'feed_id',
  'kind',
  'subject',
  'created_at',
  'bytes',
  'state',
  'attempts',
  'code',
  'closed_at',
  'summary',
  'facts',
] as const
type SummaryRow = Pick<Selectable<Tables['outbox']>, (typeof outgoingColumns)[number]>

function summaryPlace(sequence: number): Place<Sealed> {
  return { table: 'outbox', id: String(sequence), revision: 'summary' }
}

function factsPlace(sequence: number): Place<ErrorFacts> {
  return { table: 'outbox', id: String(sequence), revision: 'facts' }
}

function rawPlace(sequence: number): Place {
  return { table: 'outbox', id: String(sequence), revision: 'raw' }
}

export function outgoingRow(vault: Vault, message: NewOutgoing, sequence: number) {
  const { id, feedId, kind, subject, controlId, messageType, at, raw } = message
  return {
    sequence,
    id,
    feed_id: feedId,
    kind,
    subject,
    created_at: at,
    bytes: raw.length,
    state: 'waiting' as const,
    summary: vault.sealJson(summaryPlace(sequence), { controlId, messageType }),
    raw: vault.seal(rawPlace(sequence), raw),
  }
}

export function sealedFacts(vault: Vault, sequence: number, facts: ErrorFacts | undefined): Buffer | null {
  return facts === undefined ? null : vault.sealJson(factsPlace(sequence), facts)
}

export function openOutgoingSummary(vault: Vault, row: SummaryRow): OutgoingSummary {
  const { sequence } = row
  return {
    sequence,
    id: row.id,
    feedId: row.feed_id,
    kind: row.kind,
    subject: row.subject,
    at: row.created_at,
    bytes: row.bytes,
    state: row.state,
    attempts: row.attempts,
    code: isErrorCode(row.code) ? row.code : null,
    facts: row.facts === null ? {} : vault.openJson(factsPlace(sequence), row.facts),
    closedAt: row.closed_at,
    ...vault.openJson(summaryPlace(sequence), row.summary),
  }
}

export function openOutgoing(vault: Vault, row: SummaryRow & { readonly raw: Buffer }): Outgoing {
  return { ...openOutgoingSummary(vault, row), raw: vault.open(rawPlace(row.sequence), row.raw) }
}
