import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Dialect, Executor } from './dialect.ts'
import { sqliteDialect } from './sqlite.ts'

// SQLite takes a whole transaction back by itself when there is no room for a page.

async function openFull(): Promise<Dialect> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-full-'))
  const dialect = sqliteDialect(folder)
  onTestFinished(async () => {
    await dialect.close()
    await rm(folder, { recursive: true })
  })
  await dialect.write(async (executor) => {
    await sql`create table words (word text not null)`.execute(executor)
    await sql`pragma max_page_count = 8`.execute(executor)
  })
  return dialect
}

const put = (executor: Executor, word: string) =>
  sql`insert into words (word) values (${word})`.execute(executor)
const tooLong = 'w'.repeat(100_000)

async function wordsIn({ reader }: Dialect): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from words`.execute(reader)
  return rows[0]?.count ?? -1
}

test('a transaction that finds the disk full fails as a database that is away, and leaves nothing', async () => {
  const dialect = await openFull()
  const failing = dialect.write(async (executor) => {
    await put(executor, 'before')
    await put(executor, tooLong)
  })
  const failure = await failing.catch((error: unknown) => error)
  expect(dialect.isUnavailable(failure)).toBe(true)
  expect(await wordsIn(dialect)).toBe(0)
  await dialect.write((executor) => put(executor, 'fits'))
  expect(await wordsIn(dialect)).toBe(1)
})

test('what shares its commit fails with it, and what was on its way is no commit of its own', async () => {
  const dialect = await openFull()
  const together = ['one', 'two', 'three'].map((word) =>
    dialect.write(async (executor) => {
      await Promise.allSettled([
        put(executor, word),
        put(executor, word === 'two' ? tooLong : word),
        put(executor, word),
      ])
    }),
  )
  const outcomes = await Promise.allSettled(together)
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  expect(failures.map((failure) => dialect.isUnavailable(failure))).toEqual(failures.map(() => true))
  expect(failures.length).toBeGreaterThan(0)
  expect(await wordsIn(dialect)).toBe(3 * (together.length - failures.length))
  await dialect.write((executor) => put(executor, 'fits'))
})
