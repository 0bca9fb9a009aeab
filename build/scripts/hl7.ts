import { runHl7 } from '#sync-server/hl7/cli.ts'
import { describeFailure } from './failure.ts'

// `npm run hl7 -- send FILE… --to HOST:PORT`, `npm run hl7 -- inspect FILE`, `npm run hl7 -- replay NUMBER…`.

// Whoever reads may have seen enough: `... inspect FILE | head`.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => process.exit(fault.code === 'EPIPE' ? 0 : 1))

try {
  process.exitCode = await runHl7(process.argv.slice(2), process.stdout)
} catch (fault) {
  console.error(fault instanceof Error && fault.name === 'Error' ? fault.message : describeFailure(fault))
  process.exitCode = 1
}
