import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { AppError } from '#app/kernel/index.ts'
import { isRowInsert } from './batches.ts'
import { ChangeHub } from './changes.ts'
import { readCounters } from './counters.ts'
import type { ColumnTypes, Dialect, Executor, RowInsert, Statement } from './dialect.ts'
import { manyRows, renumbered } from './many-rows.ts'
import type { Text } from './many-rows.ts'
import { watchPostgres } from './postgres-changes.ts'
import type { Tables } from '../schema.ts'
import { isUnavailablePostgres } from './unavailable.ts'

const columns: ColumnTypes = {
  // Ids and scopes are compared by bytes, as JavaScript and SQLite do; a language's rules would skip their dashes.
  text: 'text collate "C"',
  number: 'bigint',
  bytes: 'bytea',
  row: '',
  slimRow: '',
}

/** Failures after which the same work may succeed: serialisation, deadlock, a row that another made first. */
const CONTENTION: ReadonlySet<unknown> = new Set(['40001', '40P01', '23505'])

/** Connections of one process. Single reads have their own, so that one made within a transaction always gets one. */
const TRANSACTIONS = 10
const READS = 4
const MIGRATION_LOCK = 'rounds-migrations'

/** Any number of server processes on one database; one organisation per schema. */
export async function postgresDialect(url: string, schema: string): Promise<Dialect> {
  const settings: pg.PoolConfig = {
    connectionString: url,
    options: sessionOptions(schema),
    types: { getTypeParser },
    connectionTimeoutMillis: 30_000,
  }
  await makeSchema(settings, schema)
  const database = connect(settings, TRANSACTIONS)
  const reader = connect(settings, READS)
  const changes = new ChangeHub()
  // A notice is a hint: that it is durable would cost a flush of the log a tick, beside those of the commits.
  const hinting = { ...settings, options: `${sessionOptions(schema)} -c synchronous_commit=off` }
  const watch = await watchPostgres({
    settings: hinting,
    schema,
    changes,
    poll: () => readCounters(reader),
  })
  return {
    name: 'postgres',
    columns,
    reader,
    changes,
    write: (work) => database.transaction().execute(work),
    snapshot: (work) =>
      database.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    isContention: (error) => error instanceof pg.DatabaseError && CONTENTION.has(error.code),
    isUnavailable: isUnavailablePostgres,
    any(operand, values) {
      const left = typeof operand === 'string' ? sql.ref(operand) : operand
      return sql`${left} = any(${values}::text[])`
    },
    parameter: (value) => value,
    forUpdate: sql`for update`,
    holdDocuments,
    keepDocuments,
    lockNames,
    runAll,
    insert,
    layOut: async () => {},
    lockMigrations: (executor) => lockNames(executor, [MIGRATION_LOCK]),
    async close() {
      changes.close()
      await watch.close()
      await reader.destroy()
      await database.destroy()
    },
  }
}

function connect(settings: pg.PoolConfig, max: number): Executor {
  // What one transaction asks without waiting for an answer in between goes in one round trip.
  const pool = new pg.Pool({ ...settings, max, pipeline: true })
  // A connection that breaks, idle or between two statements of a transaction, fails whoever uses it next; without a listener
  // it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

/** A process that hangs in a transaction must not hold the others for ever. */
function sessionOptions(schema: string): string {
  return `-c search_path=${schema} -c idle_in_transaction_session_timeout=60s -c lock_timeout=30s`
}

/** The type of a bigint. It comes as text otherwise; numbers here stay below 2^53. */
const BIGINT = 20

const getTypeParser: typeof pg.types.getTypeParser = (type: number, format?: 'text' | 'binary') =>
  type === BIGINT ? Number : pg.types.getTypeParser(type, format)

async function makeSchema(settings: pg.PoolConfig, schema: string): Promise<void> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw new Error('a schema is named by lower-case letters, digits and _')
  const client = new pg.Client(settings)
  client.on('error', () => {})
  try {
    await client.connect()
    // Two first starts at once: the lock makes one wait, since `if not exists` alone can fail under a race.
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${MIGRATION_LOCK}/${schema}`,
    ])
    await client.query(`create schema if not exists ${schema}`)
    await client.query('commit')
  } catch (cause) {
    // The driver's own message may name the host and the user; its code does not.
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new AppError('server.database', { why }, { cause })
  } finally {
    await client.end().catch(() => {})
  }
}

async function holdDocuments(executor: Executor, collection: string, ids: readonly string[]): Promise<void> {
  await sql`select id from documents where collection = ${collection} and id = any(${ids}::text[])
    order by id for update`.execute(executor)
}

async function keepDocuments(executor: Executor, collection: string, ids: readonly string[]): Promise<void> {
  await sql`select id from documents where collection = ${collection} and id = any(${ids}::text[])
    order by id for share`.execute(executor)
}

async function lockNames(executor: Executor, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  // The order of the array is the order of locking.
  await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || name, 0))
    from unnest(${names}::text[]) with ordinality as held (name, place) order by place`.execute(executor)
}

/** All statements as parts of one, so that they cost one round trip while the counters are held. */
async function runAll(executor: Executor, statements: readonly (Statement | RowInsert)[]): Promise<void> {
  const all = statements.flatMap((statement) =>
    isRowInsert(statement) ? manyRows(statement) : [statement.compile()],
  )
  for (const group of withinLimits(all)) {
    const [only, ...others] = group
    if (only !== undefined) await run(executor, others.length === 0 ? only : together(group))
  }
}

function together(texts: readonly Text[]): Text {
  const parameters: unknown[] = []
  const parts = texts.map((text, index) => {
    const part = `part${index} as (${renumbered(text.sql, parameters.length)})`
    parameters.push(...text.parameters)
    return part
  })
  return { sql: `with ${parts.join(', ')} select 1`, parameters }
}

async function insert(executor: Executor, rows: RowInsert): Promise<number> {
  let written = 0
  for (const text of manyRows(rows)) {
    const { numAffectedRows = 0n } = await run(executor, text)
    written += Number(numAffectedRows)
  }
  return written
}

function run(executor: Executor, { sql: text, parameters }: Text) {
  return executor.executeQuery(CompiledQuery.raw(text, [...parameters]))
}

/** What one statement of PostgreSQL takes in all. */
const MOST_PARAMETERS = 60_000

function withinLimits(texts: readonly Text[]): readonly Text[][] {
  const groups: Text[][] = []
  let parameters = Infinity
  for (const text of texts) {
    const count = text.parameters.length
    parameters += count
    if (parameters > MOST_PARAMETERS) {
      groups.push([])
      parameters = count
    }
    groups.at(-1)?.push(text)
  }
  return groups
}
