import { createServer } from 'node:net'
import SqliteDatabase from 'better-sqlite3'
import pg from 'pg'
import { expect, test } from 'vitest'
import { isUnavailablePostgres, isUnavailableSqlite } from './unavailable.ts'

function failureOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

test('a SQLite file without room is unavailable; a row that breaks a rule is not', () => {
  const database = new SqliteDatabase(':memory:')
  database.exec('create table rows (id integer primary key, words text not null)')
  database.pragma('max_page_count = 3')
  const insert = database.prepare('insert into rows (words) values (?)')
  expect(isUnavailableSqlite(failureOf(() => insert.run('w'.repeat(100_000))))).toBe(true)
  expect(isUnavailableSqlite(failureOf(() => insert.run(null)))).toBe(false)
  database.close()
})

test('a PostgreSQL that hangs up, or is not there, is unavailable', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  const { port } = address
  expect(isUnavailablePostgres(await refusal(port))).toBe(true)
  await new Promise((closed) => server.close(closed))
  expect(isUnavailablePostgres(await refusal(port))).toBe(true)
})

test('one that is stopped or full is unavailable; a deadlock and a broken rule are not', () => {
  const codes = ['57P01', '53100', '53300', '25006', '40P01', '23505']
  const failures = codes.map((code) => Object.assign(new pg.DatabaseError('', 0, 'error'), { code }))
  expect(failures.map(isUnavailablePostgres)).toEqual([true, true, true, true, false, false])
  expect(isUnavailablePostgres(new Error('a fault of ours'))).toBe(false)
})

async function refusal(port: number): Promise<unknown> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'nobody' })
  client.on('error', () => {})
  return client.connect().then(
    () => undefined,
    (error: unknown) => error,
  )
}
