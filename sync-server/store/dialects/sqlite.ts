import { AsyncLocalStorage } from 'node:async_hooks'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import type { SqliteStatement } from 'kysely'
import { isRowInsert } from './batches.ts'
import { ChangeHub } from './changes.ts'
import { CHECKPOINT, CHECKPOINT_AT_LAST, checkpointsBeside, MOST_LEFT } from './checkpoints.ts'
import { holdDataFolder } from './data-folder.ts'
import type { ColumnTypes, Dialect, Executor, RowInsert } from './dialect.ts'
import { groupCommit } from './group-commit.ts'
import type { Tables } from '../schema.ts'
import { layOutLog } from './sqlite-log.ts'
import { isUnavailableSqlite } from './unavailable.ts'

const columns: ColumnTypes = {
  text: 'text',
  number: 'integer',
  bytes: 'blob',
  row: ' strict',
  slimRow: ' strict, without rowid',
}

/** Prepared statements that are kept; those with lists of many lengths come and go. */
const KEPT_STATEMENTS = 200

/** Of each connection, in KiB. */
const CACHE = 32 * 1024
/** Bytes of the log for each page. */
const FRAME = 4096 + 24

/**
 * One file, one process, one writer. Three connections, so that a read never waits for a transaction, and a single
 * read made within a snapshot never waits for that snapshot.
 */
export function sqliteDialect(dataFolder: string): Dialect {
  const release = holdDataFolder(dataFolder)
  const file = join(dataFolder, 'rounds.sqlite')
  const writer = connect(file, 'read-write')
  const insert = eachRow(() => writer.prepared())
  const snapshots = connect(file, 'read-only')
  const reader = connect(file, 'read-only').executor
  const checkpoints = checkpointsBeside(file, () => writer.database())
  const changes = new ChangeHub()
  return {
    name: 'sqlite',
    columns,
    reader,
    changes,
    write: sharedCommits(writer.executor, () => checkpoints.committed()),
    snapshot: (work) => yielding(snapshots.executor.transaction().execute(work)),
    isContention: () => false,
    isUnavailable: isUnavailableSqlite,
    any(operand, values) {
      const left = typeof operand === 'string' ? sql.ref(operand) : operand
      const list = 'toOperationNode' in values ? values : JSON.stringify(values)
      return sql`${left} in (select value from json_each(${list}))`
    },
    parameter: (value) => (typeof value === 'object' ? JSON.stringify(value) : value),
    forUpdate: sql``,
    holdDocuments: async () => {},
    keepDocuments: async () => {},
    lockNames: async () => {},
    async runAll(executor, statements) {
      for (const statement of statements) {
        if (isRowInsert(statement)) insert(statement)
        else await executor.executeQuery(statement.compile())
      }
    },
    insert: async (_, rows) => insert(rows),
    layOut: () => layOutLog(`${file}-wal`, (CHECKPOINT + MOST_LEFT) * FRAME),
    lockMigrations: async () => {},
    async close() {
      changes.close()
      await checkpoints.close()
      await reader.destroy()
      await snapshots.executor.destroy()
      await writer.executor.destroy()
      release()
    },
  }
}

/** The most transactions of one commit: bounds how long the first waits for the last. */
const MOST_TRANSACTIONS = 64

type Work<T> = (executor: Executor) => Promise<T>
type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown }

/**
 * Making a commit durable costs far more than what is in it, and there is one writer anyway: transactions that wait for
 * each other share a commit, each in a savepoint of its own, so that one that fails takes nobody along.
 */
function sharedCommits(writer: Executor, committed: () => void): Dialect['write'] {
  const commit = groupCommit<Work<unknown>, Outcome>(
    async (works) => {
      const outcomes = await writer.transaction().execute((executor) => eachOf(works, executor))
      committed()
      return outcomes
    },
    { most: MOST_TRANSACTIONS },
  )
  return async <T>(work: Work<T>): Promise<T> => {
    // It runs on behalf of its caller, whoever opened the commit.
    const outcome = await commit(AsyncLocalStorage.bind(work))
    if (!outcome.ok) throw outcome.error
    return outcome.value as T
  }
}

async function eachOf([first, ...others]: readonly Work<unknown>[], executor: Executor): Promise<Outcome[]> {
  if (first === undefined) return []
  // Alone it needs no savepoint: when it fails, so does the transaction.
  if (others.length === 0) return [{ ok: true, value: await first(executor) }]
  const outcomes: Outcome[] = []
  for (const work of [first, ...others]) outcomes.push(await inSavepoint(executor, work))
  return outcomes
}

async function inSavepoint(executor: Executor, work: Work<unknown>): Promise<Outcome> {
  await sql`savepoint one`.execute(executor)
  try {
    const value = await work(executor)
    await sql`release one`.execute(executor)
    return { ok: true, value }
  } catch (error) {
    await sql`rollback to one`.execute(executor)
    await sql`release one`.execute(executor)
    return { ok: false, error }
  }
}

/** SQLite answers at once, so a loop over transactions would keep sockets and timers from ever having their turn. */
async function yielding<T>(work: Promise<T>): Promise<T> {
  const result = await work
  await new Promise(setImmediate)
  return result
}

/** The rest is there once the connection was used. */
type Connection = {
  readonly executor: Executor
  prepared(): StatementCache
  database(): SqliteDatabase.Database
}

function connect(file: string, mode: 'read-write' | 'read-only'): Connection {
  let used: { readonly cache: StatementCache; readonly database: SqliteDatabase.Database } | undefined
  const ofUsed = () => {
    if (used === undefined) throw new Error('the connection was never used')
    return used
  }
  const open = async () => {
    const database = new SqliteDatabase(file)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    database.pragma('trusted_schema = OFF')
    database.pragma(`cache_size = -${CACHE}`)
    // Pages written again and again (counters, the upper levels of an index) are copied into the file once for many
    // commits; how durable a commit is does not depend on it.
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_AT_LAST}`)
    if (mode === 'read-only') database.pragma('query_only = ON')
    used = { cache: withStatementCache(database), database }
    return used.cache
  }
  return {
    executor: new Kysely<Tables>({ dialect: new SqliteDialect({ database: open }) }),
    prepared: () => ofUsed().cache,
    database: () => ofUsed().database,
  }
}

/** Past Kysely, which would build a statement as long as its rows: within the transaction that the connection is in. */
function eachRow(cache: () => StatementCache): (rows: RowInsert) => number {
  const texts = new Map<string, string>()
  return ({ name, row, values }) => {
    const text = texts.get(name) ?? row().compile().sql
    texts.set(name, text)
    const statement = cache().prepare(text)
    let changed = 0
    for (const parameters of values) changed += Number(statement.run(parameters).changes)
    return changed
  }
}

type StatementCache = ReturnType<typeof withStatementCache>

/**
 * Kysely prepares each statement anew; keeping the most recent ones halves the cost of a small query. Where the disk is full
 * SQLite takes a transaction back by itself: what would come after that in it is refused, since it would be a commit of its
 * own, and there is nothing left to take back.
 */
function withStatementCache(database: SqliteDatabase.Database) {
  const kept = new Map<string, SqliteStatement>()
  const nothing = database.prepare<unknown[]>('select 1 where false')
  /** Whoever begins a transaction here does everything in one. */
  let within = false
  return {
    prepare(text: string): SqliteStatement {
      if (text === 'begin') within = true
      else if (within && !database.inTransaction) {
        if (text === 'rollback') return nothing
        throw new SqliteDatabase.SqliteError('the transaction was taken back', 'SQLITE_ABORT_ROLLBACK')
      }
      const statement = kept.get(text) ?? database.prepare<unknown[]>(text)
      kept.delete(text)
      kept.set(text, statement)
      if (kept.size > KEPT_STATEMENTS) kept.delete(kept.keys().next().value ?? '')
      return statement
    },
    close: () => void database.close(),
  }
}
