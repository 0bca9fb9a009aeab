import type { CollectionName } from '#app/kernel/index.ts'
import type { Organisation } from '#app/protocol/index.ts'
import type { AccessStore } from './contract/access.ts'
import type { AuditStore } from './contract/audit.ts'
import type { BlobStore } from './contract/blobs.ts'
import type { Reader, Written, WriteTransaction } from './contract/documents.ts'
import type { DeskStore } from './contract/desk.ts'
import type { ErasureStore } from './contract/erasures.ts'
import type { HistoryStore } from './contract/history.ts'
import type { FeedStore, InboxStore } from './contract/inbox.ts'
import type { OutboxStore } from './contract/outbox.ts'
import type { IntegrationStore } from './contract/integrations.ts'

export type * from './contract/access.ts'
export type * from './contract/alerts.ts'
export type * from './contract/audit.ts'
export type * from './contract/desk.ts'
export type * from './contract/blobs.ts'
export type * from './contract/documents.ts'
export type * from './contract/erasures.ts'
export type * from './contract/evictions.ts'
export type * from './contract/history.ts'
export type * from './contract/identities.ts'
export type * from './contract/inbox.ts'
export type * from './contract/invitations.ts'
export type * from './contract/outbox.ts'
export type * from './contract/papers.ts'
export type * from './contract/passkeys.ts'
export type * from './contract/integrations.ts'
export type * from './contract/recovery.ts'
export type * from './contract/replica-heads.ts'

// What the server may ask of its database. Two implementations (SQLite, PostgreSQL), one contract suite over both.
//
// - A store holds one organisation: a SQLite file, or a schema of a PostgreSQL database.
// - Bodies, names, labels and raw messages are sealed before they reach SQL; callers see them opened only.
// - Each collection has a counter. Numbers are taken in the last round trip of a transaction under a row lock, so the
//   order of numbers is the order of commits, and who has read up to a number has missed nothing below it.
// - Whatever resolves is durable.

/** Which organisation lies here, and which life of this data: a restored backup gets a new incarnation. */
export type Identity = {
  readonly organisation: Organisation
  readonly createdAt: string
  readonly incarnation: string
}

/** Something was committed, by this process or another. Coalesced, so intermediate numbers may be left out. */
export type Change =
  | { readonly type: 'documents'; readonly collection: CollectionName; readonly seq: number }
  /** Users, grants, devices or sessions changed: who streams looks again whether it still may. */
  | { readonly type: 'access' }
  /** Messages came in, or were reopened. */
  | { readonly type: 'inbox' }
  /** Feeds were set up or changed. */
  | { readonly type: 'feeds' }
  /** Messages are to be sent, were put back, or a destination goes on. */
  | { readonly type: 'outbox' }

export type Committed<T> = {
  readonly result: T
  /** The number of each staged document, in the order of staging. */
  readonly written: readonly Written[]
}

export type Store = {
  readonly dialect: 'sqlite' | 'postgres'

  /** Null before `createOrganisation`; everything else needs one. */
  identity(): Promise<Identity | null>
  /** Once in the life of a store; throws if there is one. Makes the incarnation and the data keys. */
  createOrganisation(organisation: Organisation): Promise<Identity>
  /** To be called after a restore from a backup: its sessions end, and every replica compares all it holds. */
  renewIncarnation(): Promise<Identity>
  /** New writes are sealed under a new data key; old ones stay readable. */
  rotateDataKey(): Promise<void>

  /**
   * Runs `work`, then writes all that it staged, in one commit. Nothing is written when it throws. It may run more
   * than once (deadlock, two creations of one id at once): it must not touch anything outside but through `tx`.
   */
  transaction<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<Committed<T>>
  /** Runs `work` over one consistent state of the store. */
  snapshot<T>(work: (read: Reader) => Promise<T>): Promise<T>
  /** Whether a failure is the database's own, whatever was asked of it: the same work may succeed when that is over. */
  isUnavailable(error: unknown): boolean

  readonly access: AccessStore
  readonly inbox: InboxStore
  readonly outbox: OutboxStore
  readonly feeds: FeedStore
  readonly desk: DeskStore
  readonly integrations: IntegrationStore
  readonly audit: AuditStore
  readonly blobs: BlobStore
  readonly history: HistoryStore
  readonly erasures: ErasureStore

  /** Calls the listener after commits until the returned function is called. */
  onChange(listener: (change: Change) => void): () => void
  close(): Promise<void>
}

/** What `openStore` (index.ts) takes. With `databaseUrl` it is PostgreSQL, without it a SQLite file in `dataFolder`. */
export type StoreOptions = {
  readonly dataFolder: string
  readonly databaseUrl?: string | undefined
  /** PostgreSQL only; one organisation per schema. `rounds` unless given. */
  readonly schema?: string | undefined
  /** 32 bytes in base64. Without it, the key file is read, or made at first start with mode 0600. */
  readonly masterKey?: string | undefined
  /** `<dataFolder>.key` unless given. */
  readonly keyFile?: string | undefined
  /** SQLite only: its log is made as long as it becomes, so that the first commits are as fast as later ones; 32 MB. */
  readonly logAhead?: boolean | undefined
}
