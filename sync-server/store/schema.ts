import type { Generated } from 'kysely'
import type { ErrorCode } from '#app/kernel/index.ts'
import type {
  AgreementKind,
  AlertKind,
  Deed,
  MessageState,
  Outcome,
  OutgoingKind,
  OutgoingState,
  PaperKind,
} from './contract.ts'

// The tables as Kysely sees them; the DDL is in migrations/. Of what people enter nothing lies here in the clear: ids,
// numbers, opaque scopes, kinds, times, keyed hashes, and sealed bytes.

export type Tables = {
  organisation: {
    singleton: number
    id: string
    data: 'synthetic' | 'real'
    zone: string
    created_at: string
    incarnation: string
    sealed: Buffer
    lease_days: Generated<number>
    lease_by_role: Generated<string | null>
    recovery_keys: Generated<string | null>
    invited_only: Generated<number>
  }
  data_keys: { id: number; purpose: KeyPurpose; wrapped: Buffer; created_at: string }
  counters: { name: string; seq: number; horizon: number }
  documents: {
    collection: string
    id: string
    kind: string
    seq: number
    /** The number before this one, 0 for a creation: an update that rests on another state changes no row. */
    previous: number
    /** Null for what was stored before there was this column. */
    stored_at: string | null
  }
  memberships: { collection: string; scope: string; id: string; kind: string; seq: number }
  departures: { collection: string; scope: string; seq: number; id: string; kind: string }
  revisions: { collection: string; id: string; seq: number; sealed: Buffer }
  conflicts: {
    id: string
    collection: string
    document_id: string
    edit: string
    seq: number
    is_open: number
    sealed: Buffer
  }
  receipts: {
    device_id: string
    edit: string
    collection: string
    id: string
    outcome: Outcome
    code: string | null
    field: string | null
    /** When it was given, in days since 1970. */
    day: number
  }
  history_marks: { at: string; name: string; seq: number }
  shadows: {
    device_id: string
    collection: string
    id: string
    edit: string
    rev: string
    /** The document's number at which the state was stored as it was pushed: then nothing is sealed. */
    revision: number | null
    sealed: Buffer
  }
  identifiers: { collection: string; kind: string; hash: string; document_id: string }
  users: {
    id: string
    login_hash: string
    created_at: string
    disabled_at: string | null
    sealed: Buffer
    factor_step: Generated<number>
  }
  invitations: {
    id: string
    user_id: string
    code_hash: string
    created_by: string
    created_at: string
    expires_at: string
    used_at: string | null
    device_id: string | null
  }
  grants: {
    id: string
    user_id: string
    role: string
    scope: string
    valid_from: string
    valid_until: string | null
  }
  erased: { collection: string; id: string; at: string }
  papers: { id: string; kind: PaperKind; about: string; at: string; sealed: Buffer }
  grant_records: { grant_id: string; sealed: Buffer }
  devices: {
    id: string
    user_id: string
    replica_id: string
    public_key: string
    host: 'electron' | 'browser'
    created_at: string
    last_seen_at: string | null
    lease_until: string | null
    revoked_at: string | null
    wipe_ordered_at: string | null
    wiped_at: string | null
    older_copy_at: string | null
    copied_at: string | null
    sealed: Buffer
  }
  replica_heads: {
    device_id: string
    commit_number: number
    opening: string
    left_behind: string
    healing: number
    decided: number
  }
  read_heads: { device_id: string; number: number; recent: string }
  evictions: {
    device_id: string
    collection: string
    id: string
    evicted_at: string
    acknowledged_at: string | null
  }
  escrows: { device_id: string; fingerprint: string; boxes: string; created_at: string }
  recoveries: {
    id: string
    device_id: string
    public_key: string
    requested_at: string
    first_by: string | null
    boxes: string | null
    second_by: string | null
    box: string | null
  }
  sessions: {
    id: string
    token_hash: string
    token_expires_at: string
    refresh_hash: string
    user_id: string
    device_id: string
    created_at: string
    expires_at: string
  }
  challenges: { device_id: string; hash: string; expires_at: string }
  failed_attempts: { subject_hash: string; count: number; last_at: string }
  access_alerts: {
    id: string
    kind: AlertKind
    cause_hash: string
    user_id: string | null
    device_id: string | null
    first_at: string
    last_at: string
    count: number
    seen_by: string | null
    seen_at: string | null
    sealed: Buffer
  }
  identities: { user_id: string; subject_hash: string; linked_at: string; sealed: Buffer }
  passkeys: {
    id_hash: string
    user_id: string
    counter: number
    created_at: string
    last_used_at: string | null
    sealed: Buffer
  }
  known_addresses: { subject_hash: string; last_at: string }
  inbox: {
    sequence: number
    id: string
    feed_id: string
    received_at: string
    key_hash: string | null
    raw_hash: string
    bytes: number
    state: MessageState
    code: string | null
    closed_at: string | null
    replays: number | null
    reopened: Generated<number>
    forced: Generated<number>
    summary: Buffer
    facts: Buffer | null
    raw: Buffer
  }
  inbox_subjects: { hash: string; sequence: number }
  inbox_progress: { hash: string; at: string; since: string }
  feeds: {
    id: string
    created_at: string
    disabled_at: string | null
    sealed: Buffer
    version: Generated<number>
  }
  feed_versions: {
    feed_id: string
    version: number
    replaced_at: string
    replaced_by: string
    sealed: Buffer
  }
  feed_traffic: {
    minute: string
    feed_id: string
    outcome: Exclude<MessageState, 'open'>
    slowness: number
    count: number
  }
  message_deeds: {
    id: string
    sequence: number
    at: string
    by_user: string
    action: Deed['action']
    sealed: Buffer
  }
  alert_acknowledgements: { cause: string; by_user: string; at: string; up_to: number }
  blobs: { blob: string; content: string; size: number; loose_since: string | null }
  blob_uploads: {
    device_id: string
    blob: string
    content: string
    size: number
    received: number
    whole: number
    at: string
  }
  blob_chunks: { content: string; position: number; sealed: Buffer }
  blob_links: { blob: string; collection: string; id: string; awaited: string | null }
  outbox: {
    sequence: number
    id: string
    feed_id: string
    kind: OutgoingKind
    subject: string
    created_at: string
    bytes: number
    state: OutgoingState
    attempts: Generated<number>
    code: string | null
    closed_at: string | null
    summary: Buffer
    facts: Buffer | null
    raw: Buffer
  }
  outbox_destinations: {
    feed_id: string
    kind: OutgoingKind
    holder: string | null
    held_until: string | null
    paused_at: string | null
    failures: Generated<number>
    code: ErrorCode | null
    tried_at: string | null
  }
  agreements: {
    id: string
    kind: AgreementKind
    valid_from: string
    valid_until: string | null
    created_at: string
    ended_at: string | null
    sealed: Buffer
  }
  clients: { id: string; agreement_id: string; created_at: string; revoked_at: string | null; sealed: Buffer }
  client_tokens: {
    token_hash: string
    client_id: string
    smart_scopes: string
    created_at: string
    expires_at: string
  }
  client_assertions: { hash: string; expires_at: string }
  audit: { seq: number; at: string; actor: string; action: string; sealed: Buffer; hash: string }
  audit_head: { singleton: number; seq: number; hash: string; mac: string }
}

/** `data` seals bodies, `index` keys the hashes that SQL may compare, `chain` authenticates the audit's end. */
export type KeyPurpose = 'data' | 'index' | 'chain'
