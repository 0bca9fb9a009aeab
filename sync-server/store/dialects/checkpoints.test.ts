import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { CHECKPOINT, CHECKPOINT_AT_LAST } from './checkpoints.ts'
import { sqliteDialect } from './sqlite.ts'

/** Of about 25 pages. */
const word = 'w'.repeat(100_000)

test('a long log is copied into the file by another thread while commits go on, and begins anew', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-checkpoints-'))
  const dialect = sqliteDialect(folder)
  onTestFinished(async () => {
    await dialect.close()
    await rm(folder, { recursive: true })
  })
  const put = () =>
    dialect.write((executor) => sql`insert into words (word) values (${word})`.execute(executor))
  await dialect.write((executor) => sql`create table words (word text not null)`.execute(executor))
  const beside = new SqliteDatabase(join(folder, 'rounds.sqlite'), { readonly: true })
  onTestFinished(() => void beside.close())
  const pages = () => (beside.pragma('wal_checkpoint(NOOP)') as [{ log: number }])[0].log

  let written = 0
  let longest = 0
  while (written < 2000 && (longest < CHECKPOINT || pages() > CHECKPOINT / 2)) {
    await put()
    written += 1
    longest = Math.max(longest, pages())
    // Other callers' work, without which a machine that has no processor to spare would never let the thread run.
    if (longest >= CHECKPOINT) await pause(5)
  }
  expect(longest).toBeGreaterThanOrEqual(CHECKPOINT)
  expect(longest).toBeLessThan(CHECKPOINT_AT_LAST)
  expect(pages()).toBeLessThan(CHECKPOINT / 2)
  expect(beside.prepare('select count(*) as count from words').get()).toEqual({ count: written })
  expect(beside.pragma('integrity_check', { simple: true })).toBe('ok')
})
