import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** From ROUNDS_PASSWORD, else from the terminal. */
export async function askPassword(): Promise<string> {
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
