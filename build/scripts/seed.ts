import { configFrom } from '#sync-server/config.ts'
import { startServer } from '#sync-server/server.ts'
import { describeFailure } from './failure.ts'

// `npm run seed`: fills an empty data folder with the synthetic organisation, as the first start does, and ends.

try {
  const config = configFrom({ ...process.env, ROUNDS_PORT: '0', ROUNDS_MLLP_PORT: '0' })
  const server = await startServer(config, { say: console.log })
  await server.close()
  console.log(`the organisation is in ${config.databaseUrl === null ? config.dataFolder : 'PostgreSQL'}`)
} catch (fault) {
  console.error(describeFailure(fault))
  process.exitCode = 1
}
