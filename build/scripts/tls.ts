import { runTls } from '#sync-server/tls/cli.ts'
import { describeFailure } from './failure.ts'

// `npm run tls -- pins | change-key`

try {
  process.exitCode = await runTls(process.argv.slice(2), process.stdout, process.env)
} catch (fault) {
  console.error(describeFailure(fault))
  process.exitCode = 1
}
