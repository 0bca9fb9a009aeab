import { runFhir } from '#sync-server/fhir/cli.ts'
import { askPassword } from './ask-password.ts'
import { describeFailure } from './failure.ts'

// `npm run fhir -- agreement | client | key | token`: machines that ask by FHIR, and their agreements.

try {
  const parts = { output: process.stdout, password: askPassword }
  process.exitCode = await runFhir(process.argv.slice(2), parts)
} catch (fault) {
  console.error(fault instanceof Error && fault.name === 'Error' ? fault.message : describeFailure(fault))
  process.exitCode = 1
}
