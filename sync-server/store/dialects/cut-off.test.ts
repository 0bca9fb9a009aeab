import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { postgresTables } from '../testing/postgres-tables.ts'
import { postgresDialect } from './postgres.ts'

// A PostgreSQL that is restarted, or hands over to another, cuts off everybody who is at it.

test('a transaction that is cut off between two statements fails as a database that is away, and the next one works', async () => {
  const { url, schema, drop } = await postgresTables()
  const dialect = await postgresDialect(url, schema)
  const operator = new pg.Client({ connectionString: url })
  await operator.connect()
  onTestFinished(async () => {
    await operator.end()
    await dialect.close()
    await drop()
  })
  const cutOff = dialect.write(async (executor) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(executor)
    await operator.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid])
    // The notice of it arrives while nobody waits for an answer.
    await pause(50)
    await sql`select 1`.execute(executor)
  })
  const failure = await cutOff.catch((error: unknown) => error)
  expect(dialect.isUnavailable(failure)).toBe(true)
  const { rows } = await dialect.write((executor) => sql<{ one: number }>`select 1 as one`.execute(executor))
  expect(rows).toEqual([{ one: 1 }])
})
