import { postgresCopy } from '#build/testing/postgres-for-tests.ts'
import type { TestSchema } from '#build/testing/postgres-for-tests.ts'
import { postgresDialect } from '../dialects/postgres.ts'
import { migrate } from '../migrations/index.ts'

const schema = 'rounds'

/** A place of one test on the PostgreSQL of this run that has the tables of a store, without keys and organisation. */
export async function postgresTables(): Promise<TestSchema> {
  return { ...(await postgresCopy(makeTables)), schema }
}

async function makeTables(url: string): Promise<void> {
  const dialect = await postgresDialect(url, schema)
  await dialect.write((executor) => migrate(executor, dialect.columns))
  await dialect.close()
}
