import type { Compilable, Expression, Kysely, OperationNodeSource, SqlBool } from 'kysely'
import type { Tables } from '../schema.ts'
import type { ChangeHub } from './changes.ts'

/** A connection or a transaction. */
export type Executor = Kysely<Tables>

/** How a dialect names its types; `row` and `slimRow` end a table of long and of short rows. */
export type ColumnTypes = {
  readonly text: string
  readonly number: string
  readonly bytes: string
  readonly row: string
  readonly slimRow: string
}

/** A statement of the last round trip: its result does not matter, its failure ends the transaction. */
export type Statement = Compilable & OperationNodeSource

/**
 * Rows of one table, to be inserted alike, or changed alike, each by its key. A database in this process is fastest row by
 * row with one prepared statement, one across a network with many rows at a time.
 */
export type RowInsert = {
  /** Of two with one name the statement for a row is the same. */
  readonly name: string
  /** Builds the statement for one row; its parameters are the row's values. */
  readonly row: () => Statement
  readonly values: readonly (readonly unknown[])[]
}

/** The thin part in which SQLite and PostgreSQL differ. */
export type Dialect = {
  readonly name: 'sqlite' | 'postgres'
  readonly columns: ColumnTypes
  /** Single reads, outside of transactions and snapshots; never waits for either. */
  readonly reader: Executor
  readonly changes: ChangeHub

  /** One commit, durable when it resolves. */
  write<T>(work: (executor: Executor) => Promise<T>): Promise<T>
  /** Reads of one consistent state. */
  snapshot<T>(work: (executor: Executor) => Promise<T>): Promise<T>
  /** Whether a transaction failed for what another did at the same time, so that it may be run again. */
  isContention(error: unknown): boolean
  /** Whether the database itself failed, whatever was asked of it: full, broken off, being stopped. */
  isUnavailable(error: unknown): boolean

  /** `operand = any of values`, the values as one parameter. The operand is a column's name or an expression. */
  any(
    operand: string | Expression<string>,
    values: readonly string[] | Expression<readonly string[]>,
  ): Expression<SqlBool>
  /** A value as the driver takes it; of a list, what `any` looks into. */
  parameter(value: string | number | readonly string[]): unknown
  /** Ends a select that holds the rows it finds; empty where there is one writer anyway. */
  readonly forUpdate: Expression<unknown>
  /** Holds the rows of these documents until the commit, taken in the order of their ids. */
  holdDocuments(executor: Executor, collection: string, ids: readonly string[]): Promise<void>
  /** Keeps them as they are until the commit, and lets others do so, too. */
  keepDocuments(executor: Executor, collection: string, ids: readonly string[]): Promise<void>
  /** Holds names until the commit, for what has no row yet. */
  lockNames(executor: Executor, names: readonly string[]): Promise<void>
  /** Runs all statements, in one round trip where there are round trips. They must not touch one row twice. */
  runAll(executor: Executor, statements: readonly (Statement | RowInsert)[]): Promise<void>
  /** How many rows were inserted or updated. */
  insert(executor: Executor, insert: RowInsert): Promise<number>
  /** Makes room for what is to come, while nobody writes. */
  layOut(): Promise<void>
  /** Held while tables are made or changed. */
  lockMigrations(executor: Executor): Promise<void>
  close(): Promise<void>
}
