import type { Dialect, Executor } from './dialects/dialect.ts'
import type { Vault } from './sealing/vault.ts'

/** A counter that a write of access, inbox, feeds or outbox moves, so that listeners hear of it. */
export type Signal = 'access' | 'inbox' | 'feeds' | 'outbox'

/**
 * Through what the smaller parts of the store reach the database: each write a commit of its own, or all of them within
 * one transaction.
 */
export type Port = {
  readonly dialect: Dialect
  readonly vault: Vault
  /** For a single read. */
  readonly reader: () => Promise<Executor>
  /** Throws within a transaction: a write of its own would wait there for the transaction, and that for it. */
  readonly refuseWithin: () => void
  readonly write: <T>(work: (executor: Executor) => Promise<T>, signal?: Signal) => Promise<T>
}
