import { runRecovery } from '#sync-server/recovery/cli.ts'
import { askPassword } from './ask-password.ts'
import { describeFailure } from './failure.ts'

// `npm run recovery -- make-key | set-key | list | approve`: recovery of a forgotten passphrase by two people.

try {
  const parts = { output: process.stdout, password: askPassword }
  process.exitCode = await runRecovery(process.argv.slice(2), parts)
} catch (fault) {
  console.error(fault instanceof Error && fault.name === 'Error' ? fault.message : describeFailure(fault))
  process.exitCode = 1
}
