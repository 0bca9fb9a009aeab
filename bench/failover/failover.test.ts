import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { postgresSchema } from '#build/testing/postgres-for-tests.ts'
import { run } from './campaign.ts'

/** A database of its own: the server's processes take its usual schema. */
async function ownDatabase(): Promise<string> {
  const { url } = await postgresSchema()
  const name = `failover_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  onTestFinished(async () => {
    await client.query(`drop database ${name} with (force)`)
    await client.end()
  })
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
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
