import { runHl7 } from '#sync-server/hl7/cli.ts'
import { describeFailure } from './failure.ts'

// `npm run hl7 -- send FILE… --to HOST:PORT` and `npm run hl7 -- inspect FILE`.

try {
  process.exitCode = await runHl7(process.argv.slice(2), process.stdout)
} catch (fault) {
  console.error(fault instanceof Error && fault.name === 'Error' ? fault.message : describeFailure(fault))
  process.exitCode = 1
}
