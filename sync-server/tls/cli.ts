import { systemClock } from '#app/kernel/index.ts'
import { configFrom } from '../config.ts'
import { certificateNames, httpsMaterial, pinOf } from './https-material.ts'

const usage = `npm run tls -- pins        what clients pin: the key of now, and the one that comes next
npm run tls -- change-key  the next key takes the place of the present one; restart the server afterwards
For the certificate that the server makes itself, with the server's settings. Clients that were here since the next key was made
believe it; others have to be told its pin (docs/operations.md).`

type Output = { write(text: string): unknown }

/** Answers the code to exit with. Throws `server.config`, `server.data-unwritable`, `server.no-next-key`. */
export async function runTls(
  args: readonly string[],
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const say = (line: string) => output.write(`${line}\n`)
  const [command, ...more] = args
  const { http } = configFrom(environment)
  if (more.length > 0 || (command !== 'pins' && command !== 'change-key')) {
    say(usage)
    return 1
  }
  if (command === 'pins') {
    const https = await httpsMaterial(http, systemClock)
    if (https === null) say('Plain HTTP, on this machine only: nothing to pin.')
    else {
      say(`now:  ${pinOf(https)}`)
      say(`next: ${https.nextPin ?? 'not known (ROUNDS_TLS_NEXT_CERT): clients pin nothing'}`)
    }
    return 0
  }
  if (http.tls.files !== null) {
    say('The certificate is yours (ROUNDS_TLS_CERT): put another in its place, and restart the server.')
    return 1
  }
  const { changeOwnKey } = await import('./own-certificate.ts')
  say(`now:  ${await changeOwnKey(http.tls.ownFile, certificateNames(http.names), systemClock)}`)
  say('Restart the server. It makes the next key then.')
  return 0
}
