import { parseArgs } from 'node:util'
import { signInAtConsole } from '../console-api/console-client.ts'
import { addAgreement, addClient, listAgreements, listClients } from './cli/register.ts'
import { fetchToken, makeKey } from './cli/own-key.ts'

// `npm run fhir -- …`: who may ask by FHIR, on what ground. It asks the server's console, with a person's own login; `key`
// and `token` are what the other side does, to try it out.

const usage = `Usage:
  npm run fhir -- agreement add --kind baa|dua --ours NAME --theirs NAME --title TITLE [--file SIGNED.pdf]
                  --from YYYY-MM-DD [--until YYYY-MM-DD] --login L
  npm run fhir -- agreement list --login L
  npm run fhir -- agreement end ID --login L
  npm run fhir -- client add --name NAME --agreement ID --purpose PURPOSE --scope SMART-SCOPE… --grant ROLE@SCOPE…
                  (--jwks FILE | --jwks-url URL) [--sees-restricted] --login L
  npm run fhir -- client list --login L
  npm run fhir -- client revoke ID --login L
  npm run fhir -- key FOLDER                               a key pair of a client: key.json (private), jwks.json (public)
  npm run fhir -- token CLIENT-ID --key FOLDER/key.json [--scope SMART-SCOPE…]
                                                           an access token, good for five minutes
PURPOSE is one of treatment, payment, operations, marketing, research, public-health, legal, family.
ROLE@SCOPE is what it sees, as for a person: integration@org, integration@site:ID.
Options: --server URL (http://127.0.0.1:7400 unless given). The password comes from ROUNDS_PASSWORD or is asked for.
`

const options = {
  login: { type: 'string' },
  server: { type: 'string', default: 'http://127.0.0.1:7400' },
  kind: { type: 'string' },
  ours: { type: 'string' },
  theirs: { type: 'string' },
  title: { type: 'string' },
  file: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  name: { type: 'string' },
  agreement: { type: 'string' },
  purpose: { type: 'string' },
  scope: { type: 'string', multiple: true },
  grant: { type: 'string', multiple: true },
  jwks: { type: 'string' },
  'jwks-url': { type: 'string' },
  'sees-restricted': { type: 'boolean', default: false },
  key: { type: 'string' },
} as const

export type FhirOptions = ReturnType<typeof parse>['values']

export type CliParts = {
  readonly output: { write(text: string): void }
  readonly password: () => Promise<string>
}

export type Say = (line: string) => void

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options })
}

/** Answers the exit code. Throws AppErrors of the server, and where a file can't be read or an option makes no sense. */
export async function runFhir(args: readonly string[], parts: CliParts): Promise<number> {
  const { values, positionals } = parse(args)
  const [subject, second, third] = positionals
  const say: Say = (text) => parts.output.write(`${text}\n`)
  if (subject === 'key' && second !== undefined) return makeKey(second, say)
  if (subject === 'token' && second !== undefined && values.key !== undefined)
    return fetchToken(second, values.key, values, say)
  const { login, server } = values
  if (login === undefined) return explain(parts)
  const command = [subject, second].join(' ')
  const ask = () => parts.password().then((password) => signInAtConsole(server, login, password))
  if (command === 'agreement add') return addAgreement(await ask(), values, say)
  if (command === 'agreement list') return listAgreements(await ask(), say)
  if (command === 'client add') return addClient(await ask(), values, say)
  if (command === 'client list') return listClients(await ask(), say)
  if (third === undefined) return explain(parts)
  if (command === 'agreement end') await (await ask())('end-agreement', { id: third })
  else if (command === 'client revoke') await (await ask())('revoke-fhir-client', { id: third })
  else return explain(parts)
  say('Done. It counts from now on.')
  return 0
}

function explain({ output }: CliParts): number {
  output.write(usage)
  return 2
}
