import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { startPostgres } from './postgres.ts'
import { runStatement } from './postgres-for-tests.ts'
import type { PostgresOfRun } from './postgres-for-tests.ts'

/** The workers of the run inherit it: where a test asks for the PostgreSQL of this run. */
const BROKER = 'ROUNDS_TEST_POSTGRES'

/**
 * One PostgreSQL for a run of tests, started when the first test asks for it: a run without such a test pays nothing.
 */
export async function setup(): Promise<() => Promise<void>> {
  let started: ReturnType<typeof start> | undefined
  const broker = createServer((_request, response) => {
    started ??= start()
    started.then(
      ({ place }) => response.end(JSON.stringify(place)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  broker.listen(0, '127.0.0.1')
  await once(broker, 'listening')
  const address = broker.address()
  if (address === null || typeof address === 'string') throw new Error('no port for the broker')
  process.env[BROKER] = `http://127.0.0.1:${address.port}/`
  return async () => {
    broker.close()
    await started?.then(
      ({ stop }) => stop(),
      () => {},
    )
  }
}

async function start() {
  const { url, stop } = await startPostgres()
  const place: PostgresOfRun = { url, template: `template_${randomBytes(8).toString('hex')}` }
  return {
    place,
    async stop() {
      try {
        await runStatement(url, `drop database if exists ${place.template}`)
      } finally {
        await stop()
      }
    },
  }
}
