import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { z } from 'zod'

/** A place of its own for one test, on the PostgreSQL of this run. */
export type TestSchema = { readonly url: string; readonly schema: string; drop(): Promise<void> }

/** `template`: the name of the database that the tests of this run copy, made by the first that wants one. */
const postgresOfRunSchema = z.strictObject({ url: z.string(), template: z.string() })
export type PostgresOfRun = z.infer<typeof postgresOfRunSchema>

/** With nothing in it. */
export async function postgresSchema(): Promise<TestSchema> {
  const { url } = await postgresOfRun()
  const schema = newName()
  return { url, schema, drop: () => runStatement(url, `drop schema if exists ${schema} cascade`) }
}

/** A copy of what `fill` writes into an empty database, once in a run: a tenth of the time that making tables takes. */
export async function postgresCopy(fill: (url: string) => Promise<void>): Promise<{
  readonly url: string
  drop(): Promise<void>
}> {
  const { url, template } = await postgresOfRun()
  await makeOnce(url, template, fill)
  const name = newName()
  await runStatement(url, `create database ${name} template ${template}`)
  return { url: within(url, name), drop: () => runStatement(url, `drop database ${name} with (force)`) }
}

async function makeOnce(url: string, name: string, fill: (url: string) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [name])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount !== 0) return
    // What an attempt that failed has left.
    await client.query(`drop database if exists ${name}_unfilled`)
    await client.query(`create database ${name}_unfilled`)
    await fill(within(url, `${name}_unfilled`))
    await client.query(`alter database ${name}_unfilled rename to ${name}`)
  } finally {
    await client.end()
  }
}

async function postgresOfRun(): Promise<PostgresOfRun> {
  const broker = process.env['ROUNDS_TEST_POSTGRES']
  if (broker === undefined) throw new Error('the run has no global setup of PostgreSQL (vitest.config.ts)')
  const answer = await fetch(broker)
  const said = await answer.text()
  if (!answer.ok) throw new Error(said)
  return postgresOfRunSchema.parse(JSON.parse(said))
}

function newName(): string {
  return `test_${randomBytes(8).toString('hex')}`
}

function within(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href
}

export async function runStatement(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
