import { expect, onTestFinished, test } from 'vitest'
import { postgresTables } from '#sync-server/store/testing/postgres-tables.ts'
import { run } from './campaign.ts'

/** The server's processes take its usual schema. */
async function ownDatabase(): Promise<string> {
  const { url, drop } = await postgresTables()
  onTestFinished(drop)
  return url
}

test('processes on one PostgreSQL that are killed under load lose nothing, and no reader skips a row', async () => {
  const outcome = await run({
    databaseUrl: await ownDatabase(),
    processes: 2,
    writers: 4,
    followers: 2,
    seconds: 3,
    leastKills: 2,
    killEverySeconds: 1,
    say: () => {},
  })
  expect(outcome.kills).toBeGreaterThanOrEqual(2)
  expect(outcome.pushes).toBeGreaterThan(outcome.kills)
  expect(outcome.lost).toEqual([])
  expect({ ...outcome, latencies: [] }).toMatchObject({ appliedTwice: 0, skipped: 0, audit: true })
}, 120_000)
