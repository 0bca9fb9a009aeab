import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { runRecovery } from '#sync-server/recovery/cli.ts'
import { describeFailure } from './failure.ts'

// `npm run recovery -- make-key | set-key | list | approve`: recovery of a forgotten passphrase by two people.

async function password(): Promise<string> {
  const given = process.env['ROUNDS_PASSWORD']
  if (given !== undefined) return given
  process.stdout.write('Password: ')
  // What is typed is not shown.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  const typed = await lines.question('')
  lines.close()
  process.stdout.write('\n')
  return typed
}

try {
  process.exitCode = await runRecovery(process.argv.slice(2), { output: process.stdout, password })
} catch (fault) {
  console.error(fault instanceof Error && fault.name === 'Error' ? fault.message : describeFailure(fault))
  process.exitCode = 1
}
