import { runOrganisation } from '#sync-server/organisation/cli.ts'
import { describeFailure } from './failure.ts'

// `npm run organisation -- create NAME ... | let-in LOGIN`

try {
  process.exitCode = await runOrganisation(process.argv.slice(2), process.stdout, process.env)
} catch (fault) {
  console.error(describeFailure(fault))
  process.exitCode = 1
}
