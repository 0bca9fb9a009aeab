import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import pg from 'pg'
import type { TestServer } from './test-server.ts'

/** Keeps the database as it is now; the function that comes back puts it back, as an administrator restores a backup. */
export async function takeBackup(server: TestServer): Promise<() => Promise<void>> {
  return server.database === null ? ofSqlite(server) : keepSchema(server.database)
}

async function ofSqlite({ folder }: TestServer): Promise<() => Promise<void>> {
  const backup = join(folder, 'backup.sqlite')
  const source = new SqliteDatabase(join(folder, 'data/rounds.sqlite'))
  source.prepare('vacuum into ?').run(backup)
  source.close()
  return async () => {
    const target = new SqliteDatabase(join(folder, 'data/rounds.sqlite'))
    target.pragma('foreign_keys = OFF')
    target.prepare('attach ? as backup').run(backup)
    const tables = target
      .prepare<[], { readonly name: string }>("select name from backup.sqlite_master where type = 'table'")
      .all()
    const put = tables.map(
      ({ name }) => `delete from main.${name}; insert into main.${name} select * from backup.${name};`,
    )
    target.exec(`begin immediate; ${put.join(' ')} commit`)
    target.close()
  }
}

type Database = Pick<NonNullable<TestServer['database']>, 'url' | 'schema'>

/** The same of one schema of PostgreSQL: one state of it, as a dump would have it, whoever writes meanwhile. Serves once. */
export async function keepSchema(database: Database): Promise<() => Promise<void>> {
  const { schema } = database
  const tables = await withClient(database, async (client) => {
    await client.query('begin isolation level repeatable read')
    const { rows } = await client.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = $1',
      [schema],
    )
    await client.query(`create schema ${schema}_kept`)
    for (const { name } of rows)
      await client.query(`create table ${schema}_kept.${name} as table ${schema}.${name}`)
    await client.query('commit')
    return rows.map(({ name }) => name)
  })
  return () =>
    withClient(database, async (client) => {
      await client.query(`begin; set local session_replication_role = replica;
        truncate ${tables.map((name) => `${schema}.${name}`).join()};
        ${tables.map((name) => `insert into ${schema}.${name} table ${schema}_kept.${name};`).join(' ')}
        commit; drop schema ${schema}_kept cascade`)
    })
}

async function withClient<Result>(
  { url }: Database,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
