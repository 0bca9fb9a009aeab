import { runAudit } from '#sync-server/audit/cli.ts'
import { describeFailure } from './failure.ts'

// `npm run audit -- verify [--heads FILE]`

try {
  process.exitCode = await runAudit(process.argv.slice(2), process.stdout, process.env)
} catch (fault) {
  console.error(describeFailure(fault))
  process.exitCode = 1
}
