import type { Selectable } from 'kysely'
import type { ErrorCode, ErrorFacts } from '#app/kernel/index.ts'
import { isErrorCode } from '#app/kernel/index.ts'
import type { InboxEntry, InboxOutcome, InboxSummary, MessageKey, NewMessage, Progress } from '../contract.ts'
import type { Tables } from '../schema.ts'
import type { Place, Vault } from '../sealing/vault.ts'

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
  'reopened',
  'forced',
  'summary',
  'facts',
] as const
export type SummaryRow = Pick<Selectable<Tables['inbox']>, (typeof summaryColumns)[number]>

function summaryPlace(sequence: number): Place<Sealed> {
  return { table: 'inbox', id: String(sequence), revision: 'summary' }
}

function factsPlace(sequence: number): Place<ErrorFacts> {
  return { table: 'inbox', id: String(sequence), revision: 'facts' }
}

function rawPlace(sequence: number): Place {
  return { table: 'inbox', id: String(sequence), revision: 'raw' }
}

/** The code of an entry whose content was taken away. */
export const ERASED = 'sync.erased' satisfies ErrorCode

/** What lies in the place of a message that was erased. */
export function emptiedRaw(vault: Vault, sequence: number): Buffer {
  return vault.seal(rawPlace(sequence), new Uint8Array())
}

function keyHash(vault: Vault, { feedId, sender, controlId }: MessageKey): string {
  return vault.hash('message-key', feedId, sender, controlId)
}

function rawHash(vault: Vault, raw: Uint8Array): string {
  return vault.hash('message', raw)
}

/** Whom a dead letter is about. */
export function subjectHash(vault: Vault, subject: string): string {
  return vault.hash('message-subject', subject)
}

export function progressHash(vault: Vault, { feedId, sender, subject }: Progress): string {
  return vault.hash('message-progress', feedId, sender, subject)
}

export type NewRow = Omit<Selectable<Tables['inbox']>, 'reopened' | 'forced'>

/** What tells a message from others: asked for before its row is made. */
export type Marks = Pick<NewRow, 'key_hash' | 'raw_hash'>

export function marksOf(vault: Vault, { key, raw }: NewMessage): Marks {
  return { key_hash: key === null ? null : keyHash(vault, key), raw_hash: rawHash(vault, raw) }
}

export function inboxRow(
  vault: Vault,
  message: NewMessage,
  sequence: number,
  marks: Marks,
  end: NewRowEnd,
): NewRow {
  const { key, messageType, raw } = message
  return {
    sequence,
    id: message.id,
    feed_id: message.feedId,
    received_at: message.receivedAt,
    ...marks,
    bytes: raw.length,
    replays: message.replays ?? null,
    summary: vault.sealJson(summaryPlace(sequence), { key, messageType }),
    raw: vault.seal(rawPlace(sequence), raw),
    ...end,
  }
}

type NewRowEnd = Pick<NewRow, 'state' | 'code' | 'closed_at' | 'facts'>

export const openEnd = { state: 'open', code: null, closed_at: null, facts: null } as const

export function sealedFacts(vault: Vault, sequence: number, facts: ErrorFacts): Buffer {
  return vault.sealJson(factsPlace(sequence), facts)
}

/** An open entry of which something is known already. */
export function noticedEnd(vault: Vault, sequence: number, facts: ErrorFacts): NewRowEnd {
  return { ...openEnd, facts: sealedFacts(vault, sequence, facts) }
}

export function closedEnd(
  vault: Vault,
  sequence: number,
  { outcome, code, facts, at }: InboxOutcome,
): NewRowEnd {
  const sealed = facts === undefined ? null : sealedFacts(vault, sequence, facts)
  return { state: outcome, code: code ?? null, closed_at: at, facts: sealed }
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
    reopened: row.reopened,
    forced: row.forced === 1,
    ...vault.openJson(summaryPlace(sequence), row.summary),
  }
}

export function openEntry(vault: Vault, row: SummaryRow & { readonly raw: Buffer }): InboxEntry {
  return { ...openSummary(vault, row), raw: vault.open(rawPlace(row.sequence), row.raw) }
}
