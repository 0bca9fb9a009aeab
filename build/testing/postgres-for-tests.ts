import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A schema of its own for one test, on the PostgreSQL of this run. */
export type TestSchema = { readonly url: string; readonly schema: string; drop(): Promise<void> }

export async function postgresSchema(): Promise<TestSchema> {
  const broker = process.env['ROUNDS_TEST_POSTGRES']
  if (broker === undefined) throw new Error('the run has no global setup of PostgreSQL (vitest.config.ts)')
  const answer = await fetch(broker)
  const url = await answer.text()
  if (!answer.ok) throw new Error(url)
  const schema = `test_${randomBytes(8).toString('hex')}`
  return {
    url,
    schema,
    async drop() {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query(`drop schema if exists ${schema} cascade`)
      await client.end()
    },
  }
}
